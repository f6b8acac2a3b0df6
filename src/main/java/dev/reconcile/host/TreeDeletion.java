// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** A visitor that deletes a directory tree; links are removed, not followed. */
final class TreeDeletion extends SimpleFileVisitor<Path> {
  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    Files.delete(file);
    return FileVisitResult.CONTINUE;
  }

  @Override
  @SuppressWarnings("NullAway") // the contract of FileVisitor: null if the walk succeeded
  public FileVisitResult postVisitDirectory(Path directory, IOException e) throws IOException {
    if (e != null) {
      throw e;
    }
    Files.delete(directory);
    return FileVisitResult.CONTINUE;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The files of a directory that changed after a link to it was put in place. The kernel records the
 * time of an inode's last change, which no program can set, and the link is made when the directory
 * is complete. Python's bytecode is ignored.
 */
final class ChangedFiles extends SimpleFileVisitor<Path> {
  private static final int MOST = 1000;
  private static final String BYTECODE = "__pycache__";

  // two file systems may have different time resolutions
  private static final long GRAIN = Duration.ofSeconds(2).toNanos();

  private final Path folder;
  private final long since;
  private final SortedSet<String> found = new TreeSet<>();

  private ChangedFiles(Path folder, long since) {
    this.folder = folder;
    this.since = since;
  }

  /**
   * Returns the paths of changed files below the directory, sorted, at most 1000. A directory from
   * which a file was removed is listed with a slash at the end.
   *
   * @return an empty list if the link or the directory does not exist
   */
  static List<String> since(Path link, Path folder) throws HostException {
    try {
      Optional<FileStamp> mark = FileStamp.of(link);
      if (mark.isEmpty() || !Files.isDirectory(folder)) {
        return List.of();
      }
      ChangedFiles changed = new ChangedFiles(folder, mark.get().changedNanos() + GRAIN);
      Files.walkFileTree(folder, changed);
      return List.copyOf(changed.found);
    } catch (IOException e) {
      throw new HostException("Cannot look through " + folder + ": " + e.getMessage(), e);
    }
  }

  @Override
  public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
    boolean skipped = directory.endsWith(BYTECODE);
    return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    if (isNew(file)) {
      found.add(folder.relativize(file).toString());
    }
    return found.size() < MOST ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
  }

  // A directory changes with a new name in it; if there is none, a name was removed.
  @Override
  public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException error)
      throws IOException {
    String name = folder.relativize(directory).toString();
    String prefix = name.isEmpty() ? "" : name + "/";
    boolean explained =
        isNew(directory.resolve(BYTECODE))
            || found.stream().anyMatch(path -> path.startsWith(prefix));
    if (isNew(directory) && !explained) {
      found.add(prefix.isEmpty() ? "./" : prefix);
    }
    return FileVisitResult.CONTINUE;
  }

  private boolean isNew(Path path) throws IOException {
    return FileStamp.of(path).stream().anyMatch(mark -> mark.changedNanos() > since);
  }
}

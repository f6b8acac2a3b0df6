// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.desired.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A desired-state tree in a directory; uncommitted files count too.
 *
 * @param base the directory
 */
public record DirectoryFileTree(Path base) implements FileTree {
  @Override
  public Optional<byte[]> read(String path, int limit) throws Unreadable {
    Path file = base.resolve(path);
    Optional<String> link = linkIn(path);
    if (link.isPresent()) {
      throw new Unreadable(link.get() + " is a symbolic link; put the file itself there.");
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw new Unreadable(path + " has more than " + limit + " bytes, the most allowed here.");
      }
      return Optional.of(bytes);
    } catch (IOException e) {
      throw new Unreadable(path + " cannot be read: " + e.getMessage());
    }
  }

  // As in a commit, links are not followed: neither the file nor a folder above it may be a link.
  private Optional<String> linkIn(String path) {
    int slash = path.indexOf('/');
    while (slash >= 0) {
      String folder = path.substring(0, slash);
      if (Files.isSymbolicLink(base.resolve(folder))) {
        return Optional.of(folder);
      }
      slash = path.indexOf('/', slash + 1);
    }
    return Files.isSymbolicLink(base.resolve(path)) ? Optional.of(path) : Optional.empty();
  }

  @Override
  public List<String> list(String folder) {
    List<String> names = new ArrayList<>();
    Path directory = base.resolve(folder);
    if (!hasFolder(folder)) {
      return names;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          names.add(String.valueOf(entry.getFileName()));
        }
      }
    } catch (IOException e) {
      return List.of();
    }
    names.sort(null);
    return names;
  }

  @Override
  public boolean hasFolder(String folder) {
    return linkIn(folder).isEmpty() && Files.isDirectory(base.resolve(folder));
  }
}

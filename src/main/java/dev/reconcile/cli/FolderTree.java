package dev.reconcile.cli;

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
 * A desired-state tree in a directory, committed or not.
 *
 * @param base the directory
 */
record FolderTree(Path base) implements FileTree {
  @Override
  public Optional<byte[]> read(String path, int limit) throws Unreadable {
    Path file = base.resolve(path);
    if (Files.isSymbolicLink(file)) {
      throw new Unreadable(path + " is a symbolic link; put the file itself there.");
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

  @Override
  public List<String> list(String folder) {
    List<String> names = new ArrayList<>();
    Path directory = base.resolve(folder);
    if (!Files.isDirectory(directory)) {
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
    return Files.isDirectory(base.resolve(folder));
  }
}

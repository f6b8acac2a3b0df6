package dev.reconcile.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What can be told of files, each path resolved under the host's root directory. */
final class FileFacts {
  private final HostPaths paths;

  FileFacts(HostPaths paths) {
    this.paths = paths;
  }

  /** lstat(2); empty when nothing is there. */
  Optional<Stat> stat(String path) throws HostException {
    try {
      Map<String, Object> found =
          Files.readAttributes(
              paths.locate(path), "unix:mode,uid,gid,size", LinkOption.NOFOLLOW_LINKS);
      return Optional.of(
          Stat.of(
              number(found, "mode"),
              number(found, "uid"),
              number(found, "gid"),
              (Long) found.getOrDefault("size", 0L)));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    } catch (FileSystemException e) {
      if ("Not a directory".equals(e.getReason())) {
        return Optional.empty();
      }
      throw new HostException("Cannot look at " + path + ": " + e.getReason(), e);
    } catch (IOException e) {
      throw new HostException("Cannot look at " + path + ": " + e.getMessage(), e);
    }
  }

  private static int number(Map<String, Object> attributes, String name) {
    return (Integer) attributes.getOrDefault(name, 0);
  }

  /** The first {@code limit} bytes of a regular file. */
  byte[] read(String path, int limit) throws HostException {
    Optional<Stat> stat = stat(path);
    if (stat.isPresent() && stat.get().type() != Stat.Type.FILE) {
      // a pipe would be waited for without end, and some devices have no end
      throw new HostException(
          "Cannot read " + path + ": it is " + stat.get().type().words() + ", not a file");
    }
    try (InputStream in =
        Files.newInputStream(
            paths.locate(path), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      return in.readNBytes(limit);
    } catch (IOException e) {
      throw new HostException("Cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  /** Where a symbolic link points. */
  String readLink(String path) throws HostException {
    try {
      return Files.readSymbolicLink(paths.locate(path)).toString();
    } catch (IOException e) {
      throw new HostException("Cannot read the link " + path + ": " + e.getMessage(), e);
    }
  }

  /** Names in a directory, sorted; empty when it is not there. */
  List<String> list(String path) throws HostException {
    Path folder = paths.locate(path + "/.");
    Path parent = folder.getParent();
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> stream =
        Files.newDirectoryStream(parent == null ? folder : parent)) {
      for (Path entry : stream) {
        names.add(String.valueOf(entry.getFileName()));
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (IOException e) {
      throw new HostException("Cannot list " + path + ": " + e.getMessage(), e);
    }
    names.sort(null);
    return names;
  }

  /** Where a path leads when all links are followed; empty if nothing is there. */
  Optional<String> realPath(String path) throws HostException {
    String place = path;
    for (int links = 0; links < 20; links++) {
      Optional<Stat> stat = stat(place);
      if (stat.isEmpty()) {
        return Optional.empty();
      }
      if (stat.get().type() != Stat.Type.LINK) {
        return Optional.of(place);
      }
      String target = readLink(place);
      place =
          target.startsWith("/")
              ? target
              : Path.of(place).resolveSibling(target).normalize().toString();
    }
    return Optional.empty();
  }
}

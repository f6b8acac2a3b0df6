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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What can be told of files, each path resolved under the host's root directory. */
final class FileFacts {
  private final HostPaths paths;
  private final ObservationLog sightings;

  FileFacts(HostPaths paths, ObservationLog sightings) {
    this.paths = paths;
    this.sightings = sightings;
  }

  /** lstat(2); empty when nothing is there. */
  Optional<Stat> stat(String path) throws HostException {
    return look(path, Observation.Kind.SHAPE).map(FileStamp::stat);
  }

  /** When what is at a path last changed, its owner and mode included. */
  Optional<Instant> changed(String path) throws HostException {
    return look(path, Observation.Kind.CONTENT)
        .map(mark -> Instant.ofEpochSecond(0, mark.changedNanos()));
  }

  /** Notes that what is at a path counts, and not only that it is there. */
  Optional<Stat> seeContent(String path) throws HostException {
    return look(path, Observation.Kind.CONTENT).map(FileStamp::stat);
  }

  private Optional<FileStamp> look(String path, Observation.Kind kind) throws HostException {
    Path place = paths.locate(path);
    try {
      Optional<FileStamp> mark = FileStamp.of(place);
      sightings.saw(kind, place.toString(), mark);
      return mark;
    } catch (FileSystemException e) {
      throw new HostException("Cannot look at " + path + ": " + e.getReason(), e);
    } catch (IOException e) {
      throw new HostException("Cannot look at " + path + ": " + e.getMessage(), e);
    }
  }

  /** The first {@code limit} bytes of a regular file. */
  byte[] read(String path, int limit) throws HostException {
    Optional<Stat> stat = seeContent(path);
    if (stat.isPresent() && stat.get().type() != Stat.Type.FILE) {
      // a pipe would be waited for without end, and some devices have no end
      throw new HostException(
          HostFailure.TOO_LARGE,
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
    seeContent(path);
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
    look(path + "/.", Observation.Kind.CONTENT);
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

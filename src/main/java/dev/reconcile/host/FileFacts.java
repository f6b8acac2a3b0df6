// SPDX-License-Identifier: Apache-2.0
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

/** The facts of files, with each path resolved under the host's root directory. */
final class FileFacts {
  private final HostPaths paths;
  private final ObservationLog observations;

  FileFacts(HostPaths paths, ObservationLog observations) {
    this.paths = paths;
    this.observations = observations;
  }

  /** Returns the result of lstat(2); empty if the path does not exist. */
  Optional<Stat> stat(String path) throws HostException {
    return look(path, Observation.Kind.SHAPE).map(FileStamp::stat);
  }

  /** Returns the time of the last change (ctime), including changes of owner and mode. */
  Optional<Instant> changed(String path) throws HostException {
    return look(path, Observation.Kind.CONTENT)
        .map(mark -> Instant.ofEpochSecond(0, mark.changedNanos()));
  }

  /** Records the content of a path as relevant, not only its existence. */
  Optional<Stat> seeContent(String path) throws HostException {
    return look(path, Observation.Kind.CONTENT).map(FileStamp::stat);
  }

  private Optional<FileStamp> look(String path, Observation.Kind kind) throws HostException {
    Path place = paths.locate(path);
    try {
      Optional<FileStamp> mark = FileStamp.of(place);
      observations.saw(kind, place.toString(), mark);
      return mark;
    } catch (FileSystemException e) {
      throw new HostException("Cannot look at " + path + ": " + e.getReason(), e);
    } catch (IOException e) {
      throw new HostException("Cannot look at " + path + ": " + e.getMessage(), e);
    }
  }

  /** Reads the first {@code limit} bytes of a regular file. */
  byte[] read(String path, int limit) throws HostException {
    Optional<Stat> stat = seeContent(path);
    if (stat.isPresent() && stat.get().type() != Stat.Type.FILE) {
      // reading a pipe may block forever, and some devices have no end
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

  /** Reads the target of a symbolic link. */
  String readLink(String path) throws HostException {
    seeContent(path);
    try {
      return Files.readSymbolicLink(paths.locate(path)).toString();
    } catch (IOException e) {
      throw new HostException("Cannot read the link " + path + ": " + e.getMessage(), e);
    }
  }

  /** Lists the names in a directory, sorted; empty if it does not exist. */
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

  /** Resolves all links of a path; empty if the target does not exist. */
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

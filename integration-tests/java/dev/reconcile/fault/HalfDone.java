// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fault;

import dev.reconcile.host.Command;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What a process that dies in the middle of a change leaves on disk. */
final class HalfDone {
  private static final long MOMENT_MILLIS = 250;

  private final Host host;

  HalfDone(Host host) {
    this.host = host;
  }

  private interface Disk {
    void touch(Path place) throws IOException;
  }

  private void at(String path, Disk disk) throws HostException {
    Path place = host.onDisk(path);
    try {
      if (Files.isDirectory(place.resolveSibling(""))) {
        disk.touch(place);
      }
    } catch (IOException e) {
      throw new HostException("the test could not leave half of " + path, e);
    }
  }

  /** The file beside, with half of the content. */
  void write(String path, Content content) throws HostException {
    byte[] bytes = content.bytes();
    at(path, place -> Files.write(beside(place), Arrays.copyOf(bytes, bytes.length / 2)));
  }

  /** The link beside. */
  void link(String path, String target) throws HostException {
    at(
        path,
        place -> {
          Path beside = beside(place);
          Files.deleteIfExists(beside);
          Files.createSymbolicLink(beside, Path.of(target));
        });
  }

  /** The directory, before it was opened to others and got its name. */
  void makeDirectory(String path) throws HostException {
    at(
        path,
        place -> {
          if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(beside(place));
            Files.setAttribute(beside(place), "unix:mode", 0700);
          }
        });
  }

  /** The file, already closed to others. */
  void setAttributes(String path) throws HostException {
    at(
        path,
        place -> {
          if (!Files.isSymbolicLink(place) && Files.exists(place)) {
            Files.setAttribute(place, "unix:mode", 0700);
          }
        });
  }

  /** The tree without some of its files. */
  void discard(String path) throws HostException {
    at(
        path,
        place -> {
          if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            return;
          }
          List<Path> files;
          try (Stream<Path> walk = Files.walk(place)) {
            files =
                walk.filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
          }
          for (Path file : files.subList(0, (files.size() + 1) / 2)) {
            Files.delete(file);
          }
        });
  }

  /** A link to itself at the new path. */
  void moveData(String from, String to) throws HostException {
    Path old = host.onDisk(from);
    at(
        to,
        place -> {
          if (!Files.isSymbolicLink(old) && !Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            Files.createSymbolicLink(place, Path.of(to));
          }
        });
  }

  /** The program, still running or just at its end when the process dies. */
  void run(Command command, Runnable death) throws HostException {
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            Thread.sleep(MOMENT_MILLIS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          death.run();
        });
    host.run(command);
  }

  private static Path beside(Path place) {
    return place.resolveSibling(".reconcile-tmp." + place.getFileName());
  }
}

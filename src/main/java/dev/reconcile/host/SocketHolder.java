// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The lookup of the process that has a socket open, in the open files of all processes (proc(5)).
 */
final class SocketHolder {
  private static final Path PROC = Path.of("/proc");

  private SocketHolder() {}

  /**
   * Finds a process that has the socket open; empty if systemd has it open, which passes the
   * sockets of its units to services.
   */
  static Optional<String> of(long inode) throws HostException {
    String wanted = "socket:[" + inode + "]";
    if (holds(PROC.resolve("1"), wanted)) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        if (holds(process, wanted)) {
          return Optional.of("pid " + process.getFileName() + " (" + name(process) + ")");
        }
      }
    } catch (IOException e) {
      throw new HostException("Cannot look at " + PROC + ": " + e.getMessage(), e);
    }
    return Optional.of("another program");
  }

  // A process that has ended, or that this user may not examine, is skipped.
  private static boolean holds(Path process, String wanted) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path file : files) {
        if (Files.readSymbolicLink(file).toString().equals(wanted)) {
          return true;
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return false;
    }
    return false;
  }

  private static String name(Path process) throws IOException {
    return Files.readString(process.resolve("comm")).strip();
  }
}

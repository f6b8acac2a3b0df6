package dev.reconcile.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the process that has a socket open, by looking at the files of all (proc(5)). */
final class SocketHolder {
  private static final Path PROC = Path.of("/proc");

  private SocketHolder() {}

  /**
   * A process that has the socket open; empty if systemd has, which holds the sockets of its units
   * and hands them on.
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

  // A process may end, or not be ours to look at, while we look: then it is not the one.
  private static boolean holds(Path process, String wanted) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path file : files) {
        if (Files.readSymbolicLink(file).toString().equals(wanted)) {
          return true;
        }
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException e) {
      return false;
    }
    return false;
  }

  private static String name(Path process) throws IOException {
    return Files.readString(process.resolve("comm")).strip();
  }
}

package dev.reconcile.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether a person looks at the output. {@code System.console()} would load a line editor first.
 */
final class Terminal {
  private Terminal() {}

  /** Whether standard output is a terminal (proc(5), /proc/self/fd). */
  static boolean isOutput() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }
}

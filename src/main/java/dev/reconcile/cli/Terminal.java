package dev.reconcile.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether a person looks at the output. {@code System.console()} would load a line editor first.
 */
final class Terminal {
  private Terminal() {}

  /** Whether standard output is a terminal. */
  static boolean isOutput() {
    return isTerminal(target(1));
  }

  /** Whether standard error is a terminal. */
  static boolean isError() {
    return isTerminal(target(2));
  }

  /** Whether standard output goes to a file. */
  static boolean outputIsFile() {
    String target = target(1);
    return target.startsWith("/") && Files.isRegularFile(Path.of(target));
  }

  private static boolean isTerminal(String target) {
    return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
  }

  // What a descriptor is: a path, or "pipe:[…]" and the like (proc(5), /proc/self/fd).
  private static String target(int descriptor) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
    } catch (IOException e) {
      return "";
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Whether a person looks at the output. {@code System.console()} would load a line editor first.
 */
public final class Terminal {
  private Terminal() {}

  /** Whether standard output is a terminal. */
  public static boolean isOutput() {
    return isTerminal(target(1));
  }

  /** Whether standard error is a terminal. */
  public static boolean isError() {
    return isTerminal(target(2));
  }

  /**
   * Whether standard error is what systemd has connected with its journal. The variable is
   * inherited by whatever a service starts, such as a shell, a terminal in it or a job of cron.
   *
   * @param stream device and inode, as in JOURNAL_STREAM (systemd.exec(5)); empty for none
   */
  public static boolean errorIs(String stream) {
    if (stream.isEmpty()) {
      return false;
    }
    try {
      Map<String, Object> found = Files.readAttributes(Path.of("/proc/self/fd/2"), "unix:dev,ino");
      return stream.equals(found.get("dev") + ":" + found.get("ino"));
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether standard output goes to a file. */
  public static boolean outputIsFile() {
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

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The terminals behind the standard streams. {@code System.console()} is not used, because it first
 * loads a line editor.
 */
public final class Terminal {
  private Terminal() {}

  /** Tells whether standard output is a terminal. */
  public static boolean isOutput() {
    return isTerminal(target(1));
  }

  /** Tells whether standard error is a terminal. */
  public static boolean isError() {
    return isTerminal(target(2));
  }

  /**
   * Tells whether standard error is the stream that systemd has connected to the journal. The
   * variable alone does not prove it, because every process that a service starts inherits it, such
   * as a shell or a cron job.
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

  /** Tells whether standard output is a file. */
  public static boolean outputIsFile() {
    String target = target(1);
    return target.startsWith("/") && Files.isRegularFile(Path.of(target));
  }

  private static boolean isTerminal(String target) {
    return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
  }

  // Returns a descriptor's target: a path, or a name such as "pipe:[…]" (/proc/self/fd, proc(5)).
  private static String target(int descriptor) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
    } catch (IOException e) {
      return "";
    }
  }
}

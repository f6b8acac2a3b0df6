// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.model.ShippedFile;
import java.util.regex.Pattern;

/**
 * The texts of reconcile.service and reconcile.timer. They differ from the shipped units only in
 * the values of the machine.
 *
 * <p>Invariant: each text begins with {@link #MARK}, which identifies the files that reconcile
 * wrote.
 *
 * @param service the text of the service
 * @param timer the text of the timer
 */
record TimerUnits(String service, String timer) {
  /** The first words of files that reconcile wrote. */
  static final String MARK = "# Written by \"reconcile timer install\"";

  private static final String HEADER =
      MARK + ": \"reconcile timer remove\" takes it away, and \"systemctl edit\" adds to it.\n";

  /** The paths in which systemd gives no character a special meaning. */
  private static final Pattern PLAIN = Pattern.compile("/[A-Za-z0-9._/@+,=:~-]+");

  /**
   * Creates the units for one machine.
   *
   * @param launcher the path of the launcher
   * @param javaHome the directory of the Java runtime
   * @param every the interval of the timer
   * @throws CommandFailed if the launcher is unknown, or a service cannot use a path
   */
  static TimerUnits of(String launcher, String javaHome, TimerInterval every) throws CommandFailed {
    if (launcher.isEmpty()) {
      throw new CommandFailed(
          ExitCode.FAILED,
          "Unknown launcher",
          """
          Run "timer install" with the launcher "reconcile" of a checkout or a package, not \
          with java -jar, because the service starts that launcher.\
          """);
    }
    refuse(launcher, "The launcher");
    refuse(javaHome, "The Java runtime");
    return new TimerUnits(
        HEADER
            + replaceOnce(
                shipped("reconcile.service"),
                "ExecStart=/usr/bin/reconcile apply\n",
                "ExecStart=" + launcher + " apply\nEnvironment=JAVA_HOME=" + javaHome + "\n"),
        HEADER
            + replaceOnce(
                replaceOnce(
                    replaceOnce(
                        shipped("reconcile.timer"), "every quarter of an hour", every.words()),
                    "OnCalendar=*:0/15",
                    every.when()),
                "RandomizedDelaySec=120",
                "RandomizedDelaySec=" + every.delaySeconds()));
  }

  private static void refuse(String path, String what) throws CommandFailed {
    boolean isPrivate = path.startsWith("/tmp/") || path.startsWith("/var/tmp/");
    if (isPrivate || !PLAIN.matcher(path).matches()) {
      throw new CommandFailed(
          ExitCode.FAILED,
          "Unusable path for a service",
          "%s is %s. %s. Move it elsewhere."
              .formatted(
                  what,
                  path,
                  isPrivate
                      ? "A service has its own temporary directories and cannot see this one"
                      : "systemd interprets some of its characters"));
    }
  }

  private static String replaceOnce(String text, String from, String to) {
    int at = text.indexOf(from);
    if (at < 0) {
      throw new IllegalStateException("the shipped unit does not hold: " + from);
    }
    return text.substring(0, at) + to + text.substring(at + from.length());
  }

  private static String shipped(String name) {
    return new ShippedFile("/systemd/" + name).text();
  }
}

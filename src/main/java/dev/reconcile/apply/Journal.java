package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;

/** What a unit said last, for a report of why it does not work. */
final class Journal {
  private static final int LINES = 15;

  private Journal() {}

  /** The unit's last lines, indented, or nothing if the journal has none. */
  static String lastLines(Host host, String unit) {
    try {
      String text =
          host.run(
                  Command.of(
                      "journalctl",
                      "--quiet",
                      "--no-pager",
                      "--output=cat",
                      "--lines=" + LINES,
                      "--unit=" + unit))
              .out()
              .strip();
      return text.isEmpty()
          ? ""
          : "\nThe last lines of " + unit + ":\n" + text.indent(4).stripTrailing();
    } catch (HostException e) {
      return "\n(journalctl could not be asked: " + e.getMessage() + ")";
    }
  }
}

package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import java.util.List;
import java.util.Optional;

/** What a unit said last, for a report of why it does not work. */
final class Journal {
  private static final int LINES = 15;
  private static final int BLOCK = 4096;

  private Journal() {}

  /** The last lines of a log file, indented, or nothing if there is none. */
  static String endOf(Host host, String log) {
    try {
      Optional<Stat> stat = log.isEmpty() ? Optional.empty() : host.facts().stat(log);
      if (stat.isEmpty() || stat.get().type() != Stat.Type.FILE) {
        return "";
      }
      long skip = Math.max(0, stat.get().size() / BLOCK - 1);
      // the app's user owns the file: a link that has come into its place is not followed
      String text =
          host.run(
                  Command.of(
                      "dd",
                      "if=" + log,
                      "iflag=nofollow",
                      "bs=" + BLOCK,
                      "skip=" + skip,
                      "status=none"))
              .out()
              .strip();
      List<String> lines = text.lines().toList();
      String end =
          String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
      return end.isEmpty()
          ? ""
          : "\nThe last lines of " + log + ":\n" + end.indent(4).stripTrailing();
    } catch (HostException e) {
      return "\n(" + log + " could not be read: " + e.getMessage() + ")";
    }
  }

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

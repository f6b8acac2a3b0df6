// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Step;
import dev.reconcile.plan.Plan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The log output of units and apps since the run began, for reports of failures. Earlier output is
 * about something else.
 */
final class ServiceLogs {
  private static final int LINES = 15;

  // more lines than are shown, because gunicorn's messages about its own end follow the cause
  private static final int READ = 80;
  private static final int BLOCK = 4096;

  // systemd's messages about the limit that keeps a standby instance from a second start
  private static final List<String> NOISE =
      List.of("Start request repeated too quickly.", "compat systemd cgroup");

  private final Host host;
  private final Instant since;

  /** The size of each log when the run began, in bytes. */
  private final Map<String, Long> sizes = new TreeMap<>();

  /** The log file of each app. */
  private final Map<String, String> logs = new TreeMap<>();

  private ServiceLogs(Host host) {
    this.host = host;
    this.since = Instant.now();
  }

  /**
   * Records the current position of the journal and of the logs of apps with a health check in the
   * plan.
   */
  static ServiceLogs of(Host host, Plan plan) {
    ServiceLogs journal = new ServiceLogs(host);
    plan.handlers().stream()
        .flatMap(due -> due.handler().steps().stream())
        .filter(Step.AwaitHealth.class::isInstance)
        .map(step -> ((Step.AwaitHealth) step).probe())
        .forEach(probe -> journal.note(UnitLabel.of(probe.unit()), probe.log()));
    return journal;
  }

  private void note(String app, String log) {
    logs.put(app, log);
    try {
      size(host.facts(), log).ifPresent(size -> sizes.put(log, size));
    } catch (HostException e) {
      sizes.remove(log); // the error is reported when the log is read
    }
  }

  private static Optional<Long> size(Facts facts, String log) throws HostException {
    Optional<Stat> stat = log.isEmpty() ? Optional.empty() : facts.stat(log);
    return stat.filter(file -> file.type() == Stat.Type.FILE).map(Stat::size);
  }

  /** Returns the last new lines of an app's log, indented; empty if there are none. */
  String endOfLogs(String app) {
    return endOf(logs.getOrDefault(app, ""));
  }

  /** Returns the last new lines of a log file, indented; empty if there are none. */
  String endOf(String log) {
    return endOf(host, log, sizes.getOrDefault(log, 0L));
  }

  /** Returns the length of a log file in bytes; 0 if it is not known. */
  static long sizeOf(Host host, String log) {
    try {
      return size(host.facts(), log).orElse(0L);
    } catch (HostException e) {
      return 0;
    }
  }

  /** The last lines that a log file has got since it was {@code from} bytes long, indented. */
  static String endOf(Host host, String log, long from) {
    try {
      Optional<Long> size = size(host.facts(), log);
      if (size.isEmpty()) {
        return "";
      }
      // a shorter log was truncated or rotated
      long begin = size.get() < from ? 0 : from;
      long skip = Math.max(begin / BLOCK, size.get() / BLOCK - 1);
      // the app's user owns the file, so a link in its place is not followed
      String text =
          host.run(
                  Command.of(
                      "dd",
                      "if=" + log,
                      "iflag=nofollow",
                      "bs=" + BLOCK,
                      "skip=" + skip,
                      "status=none"))
              .out();
      int old = (int) Math.max(0, Math.min(text.length(), begin - skip * BLOCK));
      return shown(log, text.substring(old).strip().lines().toList());
    } catch (HostException e) {
      return "\n(" + log + " could not be read: " + e.getMessage() + ")";
    }
  }

  /**
   * Returns the last journal lines of a unit since the run began, indented; empty if there are
   * none.
   */
  String lastLines(String unit) {
    return lastLines(host, unit, List.of("--since=@" + since.getEpochSecond()));
  }

  /** Returns the last journal lines of a unit, indented; empty if there are none. */
  static String lastLines(Host host, String unit) {
    return lastLines(host, unit, List.of());
  }

  private static String lastLines(Host host, String unit, List<String> more) {
    List<String> argv =
        new ArrayList<>(
            List.of(
                "journalctl",
                "--quiet",
                "--no-pager",
                "--output=cat",
                "--lines=" + READ,
                "--unit=" + unit));
    argv.addAll(more);
    try {
      String text = host.run(Command.of(argv.toArray(String[]::new))).out().strip();
      return shown(
          unit,
          withoutHalt(
              text.lines().filter(line -> NOISE.stream().noneMatch(line::contains)).toList()));
    } catch (HostException e) {
      return "\n(journalctl failed: " + e.getMessage() + ")";
    }
  }

  /**
   * Removes the tracebacks with which gunicorn reports that it ends because its workers ended
   * (gunicorn: arbiter.py, reap_workers). They name no cause and are longer than the lines that do.
   */
  static List<String> withoutHalt(List<String> lines) {
    List<String> kept = new ArrayList<>();
    boolean isHalt = false;
    int begin = 0;
    while (begin < lines.size()) {
      int end = begin + 1;
      if (lines.get(begin).startsWith("Traceback ")) {
        while (end < lines.size() && lines.get(end).startsWith(" ")) {
          end++;
        }
        end = Math.min(end + 1, lines.size());
      }
      isHalt =
          lines.get(end - 1).startsWith("gunicorn.errors.HaltServer")
              || (isHalt && lines.get(begin).startsWith("During handling of the above exception"));
      if (!isHalt) {
        kept.addAll(lines.subList(begin, end));
      }
      begin = end;
    }
    return kept;
  }

  private static String shown(String what, List<String> lines) {
    String end = String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
    return end.isEmpty()
        ? ""
        : "\nThe last lines of " + what + ":\n" + end.indent(4).stripTrailing();
  }
}

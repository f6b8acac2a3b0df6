// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import dev.reconcile.host.ScheduleFacts;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The status of a schedule of an app.
 *
 * @param name its name
 * @param unit the service that runs its command
 * @param state the state of its last run
 * @param cause why the last run failed, in words; empty if it did not
 * @param started the begin of the last run, or of the present one; empty if none is known
 * @param ended the end of the last run; empty if none is known, and while it runs
 * @param next the next time; empty if there is none
 * @param active whether the timer is active
 */
public record ScheduleStatus(
    String name,
    String unit,
    State state,
    String cause,
    Optional<Instant> started,
    Optional<Instant> ended,
    Optional<Instant> next,
    boolean active) {
  /** The state of the last run of a schedule. */
  public enum State {
    /** The schedule has not run yet. */
    NOT_RUN,
    RUNNING,
    SUCCEEDED,
    FAILED,
    /** Nothing is known, as below a directory. */
    UNKNOWN
  }

  /**
   * Returns the status of a schedule.
   *
   * @param app the names of the app
   * @param name the name of the schedule
   * @param units the units of schedules by name; empty if nothing is known of any
   * @param recorded the last run that the service has recorded
   */
  static ScheduleStatus of(
      Layout app, String name, Optional<Map<String, ScheduleFacts>> units, ScheduleFacts recorded) {
    String unit = app.schedule(name);
    if (units.isEmpty()) {
      return new ScheduleStatus(
          name,
          unit,
          State.UNKNOWN,
          "",
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          true);
    }
    ScheduleFacts loaded = units.get().getOrDefault(unit, ScheduleFacts.NOT_LOADED);
    ScheduleFacts run = loaded.started().isPresent() ? loaded : recorded;
    ScheduleFacts timer = units.get().getOrDefault(app.timer(name), ScheduleFacts.NOT_LOADED);
    return new ScheduleStatus(
        name,
        unit,
        stateOf(run),
        stateOf(run) == State.FAILED ? cause(run) : "",
        run.started(),
        run.ended(),
        timer.next(),
        timer.active().equals("active"));
  }

  private static State stateOf(ScheduleFacts run) {
    if (run.active().equals("activating")) {
      return State.RUNNING;
    }
    if (!run.result().isEmpty() && !run.result().equals("success")) {
      return State.FAILED;
    }
    return run.started().isPresent() ? State.SUCCEEDED : State.NOT_RUN;
  }

  private static String cause(ScheduleFacts run) {
    return switch (run.result()) {
      case "exit-code" -> "exit code " + run.code();
      case "timeout" -> "its timeout, after which it was killed";
      case "signal", "core-dump" -> run.code() == 0 ? "a signal" : "signal " + run.code();
      case "oom-kill" -> "want of memory, for which it was killed";
      default -> run.result();
    };
  }

  /** Returns the duration of the last run; empty if it is unknown. */
  public Optional<Duration> duration() {
    return started
        .filter(start -> ended.filter(end -> !end.isBefore(start)).isPresent())
        .map(start -> Duration.between(start, ended.orElseThrow()));
  }

  /** Returns the problems of the schedule; empty if it is healthy. */
  List<Diagnostic> problems() {
    List<Diagnostic> problems = new ArrayList<>();
    if (!active) {
      problems.add(
          Diagnostic.error(
              "Schedule not active",
              "Its schedule %s does not run, because its timer is not active.".formatted(name)));
    }
    if (state == State.FAILED) {
      problems.add(
          Diagnostic.error(
                  "Failed schedule",
                  "The last run of its schedule %s failed: %s.".formatted(name, cause))
              .withCommand("journalctl -n 50 -u " + unit));
    }
    return problems;
  }
}

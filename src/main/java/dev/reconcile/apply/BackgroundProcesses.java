// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.UnitProperties;
import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.UnitKind;
import dev.reconcile.model.Change;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Step;
import dev.reconcile.model.UnitStatus;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/**
 * The restarts of background processes. Each begins without a wait, so that the processes of all
 * apps stop at the same time. A process is proved when its main process is the same for some
 * seconds. systemd itself ends a process that does not stop in time.
 *
 * <p>Invariant: a process that was dead before the run, and whose definition the run does not
 * change, fails no step, unless a person has asked for its restart.
 */
final class BackgroundProcesses {
  /** The summary of the failure of a process that does not stay up. */
  static final String FAILED = "Process did not stay up";

  private static final String KILLED = "Process killed at its stop timeout";
  private static final Duration PROOF = Duration.ofSeconds(5);
  private static final Duration BEGINS = Duration.ofMillis(250); // systemctl's own time
  private static final Duration STOPS = Duration.ofDays(30); // systemd knows the limit
  private static final long FIRST_PAUSE = 50;
  private static final long LONGEST_PAUSE = 500;
  private static final String STARTED = "ExecMainStartTimestampMonotonic";

  private static final String PROPERTIES =
      """
      --property=Id,ActiveState,SubState,MainPID,NRestarts,Job,Result,NeedDaemonReload,\
      ExecMainStartTimestampMonotonic,ExecMainCode,ExecMainStatus\
      """;

  private final Host host;
  private final Plan plan;
  private final Progress progress;
  private final ServiceLogs journal;
  private final boolean isRestart;
  private final Map<String, Watch> watched = new ConcurrentHashMap<>();
  private final Set<String> stopped = ConcurrentHashMap.newKeySet();
  private final Queue<Diagnostic> notices = new ConcurrentLinkedQueue<>();

  /**
   * What is known of a process.
   *
   * @param begun when its restart began, by the clock of {@code System.nanoTime}
   * @param isExcused whether it was dead before and is unchanged
   * @param pid its main process once it is proved; empty before
   */
  private record Watch(long begun, boolean isExcused, String pid) {}

  /**
   * @param isRestart whether a person has asked for the restart of the plan's processes
   */
  BackgroundProcesses(
      Host host, Plan plan, Progress progress, ServiceLogs journal, boolean isRestart) {
    this.host = host;
    this.plan = plan;
    this.progress = progress;
    this.journal = journal;
    this.isRestart = isRestart;
  }

  /** Performs a step of a restart. */
  void perform(Step.ControlProcess step) throws HostException, StepException {
    switch (step.verb()) {
      case BEGIN -> begin(step.unit());
      case PROVE -> prove(step);
      case CONFIRM -> confirm(step.unit());
    }
  }

  /** Returns what the report says of processes that did not fail a step. */
  List<Diagnostic> notices() {
    return List.copyOf(notices);
  }

  private void begin(String unit) throws HostException, StepException {
    Map<String, String> state = state(unit);
    Watch known = watched.get(unit);
    boolean isExcused =
        known == null ? !isRestart && isDead(state) && !isChanged(unit) : known.isExcused();
    if (state.getOrDefault("NeedDaemonReload", "").equals("yes")) {
      host.run(Command.of("systemctl", "daemon-reload"));
    }
    host.run(Command.of("systemctl", "reset-failed", unit));
    stopped.remove(unit);
    // The target may have started a new one already. A rollback begins a second time.
    String verb = known == null && isNew(unit) ? "start" : "restart";
    CommandRunner.Result result = host.run(Command.of("systemctl", "--no-block", verb, unit));
    watched.put(unit, new Watch(System.nanoTime(), isExcused, ""));
    if (!result.ok()) {
      throw new StepException(
          FAILED, "%s could not be started: %s".formatted(unit, result.tail(3)));
    }
  }

  private boolean isNew(String unit) {
    return plan.changes().stream()
        .map(PlannedChange::change)
        .anyMatch(change ->
            change.address().equals(UnitKind.address(unit)) && !(change instanceof Change.Delete));
  }

  private static boolean isDead(Map<String, String> state) {
    Duration age = Duration.ofNanos(System.nanoTime() - number(state, STARTED) * 1000);
    return !state.getOrDefault("ActiveState", "").equals("active")
        || UnitStatus.isLoop(number(state, "NRestarts"), age);
  }

  private boolean isChanged(String unit) {
    String folder = Layout.dropIns(unit);
    String instance = Layout.nameInApp(unit);
    String environment =
        new Layout(Layout.appOf(unit).orElseThrow())
            .processEnvironment(instance.substring(0, instance.lastIndexOf('.')));
    return plan.changes().stream()
        .map(planned -> planned.change().address())
        .anyMatch(address ->
            address.kind().equals(FileKind.NAME)
                && (address.name().startsWith(folder) || address.name().equals(environment)));
  }

  private void prove(Step.ControlProcess step) throws HostException, StepException {
    String unit = step.unit();
    Watch watch = watched.getOrDefault(unit, new Watch(System.nanoTime(), false, ""));
    try (Progress.Ongoing _ =
        progress.begins(step.app(), "waiting for its process " + Layout.nameInApp(unit))) {
      Map<String, String> state = awaitStart(unit);
      if (wasKilled(state, watch, step.stopTimeout())) {
        notices.add(killed(List.of(unit), step.stopTimeout()));
      }
      String pid = state.getOrDefault("MainPID", "0");
      long started = number(state, STARTED) * 1000;
      while (isUp(state, pid) && System.nanoTime() - started < PROOF.toNanos()) {
        Sleeper.of(
            Math.clamp(
                (PROOF.toNanos() - System.nanoTime() + started) / 1_000_000 + 1, 1, LONGEST_PAUSE));
        state = state(unit);
      }
      if (!isUp(state, pid)) {
        fail(unit, watch, state);
      } else {
        watched.put(unit, new Watch(watch.begun(), watch.isExcused(), pid));
      }
    }
  }

  private static boolean isUp(Map<String, String> state, String pid) {
    return !pid.equals("0")
        && state.getOrDefault("ActiveState", "").equals("active")
        && state.getOrDefault("MainPID", "").equals(pid);
  }

  private Map<String, String> awaitStart(String unit) throws HostException {
    Map<String, String> state = state(unit);
    for (long pause = FIRST_PAUSE; isAtWork(state); pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      Sleeper.of(pause);
      state = state(unit);
    }
    return state;
  }

  private static boolean isAtWork(Map<String, String> state) {
    String job = state.getOrDefault("Job", "");
    String active = state.getOrDefault("ActiveState", "");
    return !(job.isEmpty() || job.equals("0"))
        || active.equals("deactivating")
        || (active.equals("activating")
            && !state.getOrDefault("SubState", "").equals("auto-restart"));
  }

  // The monotonic clocks of systemd and of this process are the same. A unit that was not stopped
  // has no earlier begin.
  private static boolean wasKilled(Map<String, String> state, Watch watch, Duration stopTimeout) {
    long started = number(state, STARTED) * 1000;
    return started - watch.begun() >= stopTimeout.minus(BEGINS).toNanos();
  }

  private void confirm(String unit) throws HostException, StepException {
    Watch watch = watched.get(unit);
    if (watch != null && !watch.pid().isEmpty()) {
      Map<String, String> state = state(unit);
      if (!isUp(state, watch.pid())) {
        fail(unit, watch, state);
      }
    }
  }

  private void fail(String unit, Watch watch, Map<String, String> state)
      throws HostException, StepException {
    String what =
        """
        %s did not run for %d s without an end: %s.%s\
        """
            .formatted(unit, PROOF.toSeconds(), how(state), journal.lastLines(unit));
    watched.put(unit, new Watch(watch.begun(), watch.isExcused(), ""));
    if (!watch.isExcused()) {
      throw new StepException(FAILED, what);
    }
    notices.add(
        Diagnostic.warning(
            "Process is dead as before",
            "It was so before the run, which does not change it. " + what));
  }

  private static String how(Map<String, String> state) {
    String status = state.getOrDefault("ExecMainStatus", "");
    return switch (state.getOrDefault("ExecMainCode", "")) {
      case "1" -> "it ended with exit code " + status;
      case "2", "3" -> "it was ended by signal " + status;
      default ->
          "it is %s (%s)"
              .formatted(
                  state.getOrDefault("ActiveState", "not loaded"),
                  state.getOrDefault("Result", ""));
    };
  }

  private Set<String> leaving(String app) {
    return plan.changes().stream()
        .map(PlannedChange::change)
        .filter(change -> change instanceof Change.Delete && change.app().equals(app))
        .filter(change -> change.address().kind().equals(UnitKind.NAME))
        .map(change -> change.address().name())
        .filter(Layout::isProcess)
        .collect(Collectors.toSet());
  }

  /**
   * Stops a process that leaves, together with all others of its app that leave in this run.
   *
   * @param unit the unit of the process
   */
  void stop(String unit) throws HostException, StepException {
    if (stopped.contains(unit)) {
      return;
    }
    Set<String> all = new TreeSet<>(Set.of(unit));
    Set<String> leaving = leaving(Layout.appOf(unit).orElse(""));
    if (leaving.contains(unit)) { // a rollback stops one that stays out, and no other
      all.addAll(leaving);
    }
    List<String> argv = new ArrayList<>(List.of("systemctl", "stop"));
    argv.addAll(all);
    CommandRunner.Result result = host.run(Command.of(argv.toArray(String[]::new)).within(STOPS));
    if (!result.ok()) {
      throw new StepException("Process not stopped", "%s: %s".formatted(unit, result.tail(5)));
    }
    stopped.addAll(all);
    List<String> killed = new ArrayList<>();
    for (String each : all) {
      if (state(each).getOrDefault("Result", "").equals("timeout")) {
        killed.add(each);
      }
      host.run(Command.of("systemctl", "reset-failed", each));
    }
    if (!killed.isEmpty()) {
      notices.add(killed(killed, Duration.ZERO));
    }
  }

  private static Diagnostic killed(List<String> units, Duration timeout) {
    String time =
        timeout.isZero() ? "within its stop_timeout" : "within " + timeout.toSeconds() + " s";
    return Diagnostic.warning(
        KILLED,
        """
        %s did not stop %s, and systemd killed it. The job that it had is lost, unless its queue \
        hands it out again. Set a longer stop_timeout for longer jobs.\
        """
            .formatted(String.join(", ", units), time));
  }

  private Map<String, String> state(String unit) throws HostException {
    List<Map<String, String>> units = UnitProperties.ask(host, List.of(PROPERTIES), List.of(unit));
    return units.isEmpty() ? Map.of() : units.getFirst();
  }

  private static long number(Map<String, String> state, String key) {
    String text = state.getOrDefault(key, "");
    return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.UnitKind;
import dev.reconcile.model.Change;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Step;
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
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The restarts of background processes. Each begins without a wait, so that the processes of all
 * apps stop at the same time. A process is proved when its main process is the same for some
 * seconds. systemd itself ends a process that does not stop in time.
 *
 * <p>Invariant: a process that was dead before the run ({@link EarlierProof}), and whose definition
 * the run does not change, fails no step, unless a person has asked for its restart. Neither does
 * one that ends with success, after its proof or as it did before the run.
 */
final class BackgroundProcesses {
  /** The summary of the failure of a process that does not stay up. */
  static final String FAILED = "Process did not stay up";

  private static final String KILLED = "Process killed at its stop timeout";
  private static final String DEAD = "Process is dead as before";
  private static final String DEAD_STILL =
      """
      This process did not run before this run, and its keys are unchanged, so the app stays at \
      its new revision. \
      """;
  private static final String BY_ITSELF = "Process ended by itself";
  private static final String AS_BEFORE =
      """
      This process ended with exit code 0 before this run, too, so the app stays at its new \
      revision, and systemd starts the process again. \
      """;
  private static final String DEAD_BEFORE = "This process did not run before this run either. ";
  private static final Duration BEGINS = Duration.ofMillis(250); // systemctl's own time
  private static final Duration STOPS = Duration.ofDays(30); // systemd knows the limit
  private static final long FIRST_PAUSE = 50;
  private static final long LONGEST_PAUSE = 500;

  private final Host host;
  private final Plan plan;
  private final Progress progress;
  private final ServiceLogs journal;
  private final Map<String, EarlierProof> before;
  private final boolean isRestart;
  private final Map<String, Watch> watched = new ConcurrentHashMap<>();
  private final Set<String> stopped = ConcurrentHashMap.newKeySet();
  private final Queue<Diagnostic> notices = new ConcurrentLinkedQueue<>();
  private final Map<String, Diagnostic> dead = new ConcurrentSkipListMap<>();

  /**
   * What is known of a process.
   *
   * @param place where it is declared, in words; empty if unknown
   * @param begun when its restart began, by the clock of {@code System.nanoTime}
   * @param before what excuses a failure
   * @param isBack whether its app goes back
   * @param pid its main process once it is proved; empty before
   */
  private record Watch(String place, long begun, EarlierProof before, boolean isBack, String pid) {
    Watch with(String proved) {
      return new Watch(place, begun, before, isBack, proved);
    }
  }

  /**
   * @param before how the processes did before the run, by unit
   * @param isRestart whether a person has asked for the restart of the plan's processes
   */
  BackgroundProcesses(
      Host host,
      Plan plan,
      Progress progress,
      ServiceLogs journal,
      Map<String, EarlierProof> before,
      boolean isRestart) {
    this.host = host;
    this.plan = plan;
    this.progress = progress;
    this.journal = journal;
    this.before = before;
    this.isRestart = isRestart;
  }

  /** Performs a step of a restart. */
  void perform(Step.ControlProcess step) throws HostException, StepException {
    switch (step.verb()) {
      case BEGIN -> begin(step.unit(), step.place());
      case PROVE -> prove(step);
      case CONFIRM -> confirm(step.unit());
    }
  }

  /** Returns what the report says of processes that did not fail a step. */
  List<Diagnostic> notices() {
    return Stream.concat(dead.values().stream(), notices.stream()).toList();
  }

  private void begin(String unit, String place) throws HostException, StepException {
    ProcessState state = ProcessState.of(host, unit);
    // A rollback begins a second time.
    boolean isBack = watched.containsKey(unit);
    EarlierProof earlier = before.getOrDefault(unit, EarlierProofs.now(state));
    EarlierProof excuse =
        (isRestart && earlier == EarlierProof.FAILED) || (!isBack && isChanged(unit))
            ? EarlierProof.PASSED
            : earlier;
    if (state.needsReload()) {
      host.run(Command.of("systemctl", "daemon-reload"));
    }
    host.run(Command.of("systemctl", "reset-failed", unit));
    stopped.remove(unit);
    dead.remove(unit);
    // The target may have started a new one already.
    String verb = !isBack && isNew(unit) ? "start" : "restart";
    CommandRunner.Result result = host.run(Command.of("systemctl", "--no-block", verb, unit));
    watched.put(unit, new Watch(place, System.nanoTime(), excuse, isBack, ""));
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
    Watch watch =
        watched.getOrDefault(
            unit, new Watch(step.place(), System.nanoTime(), EarlierProof.PASSED, false, ""));
    try (Progress.Ongoing _ =
        progress.begins(step.app(), "waiting for its process " + Layout.nameInApp(unit))) {
      ProcessState state = awaitStart(unit);
      if (wasKilled(state, watch, step.stopTimeout())) {
        notices.add(killed(List.of(unit), step.stopTimeout()));
      }
      String pid = state.pid();
      long end = state.started() + ProcessState.PROOF.toNanos();
      while (state.isUp(pid) && System.nanoTime() < end) {
        Sleeper.of(Math.clamp((end - System.nanoTime()) / 1_000_000 + 1, 1, LONGEST_PAUSE));
        state = ProcessState.of(host, unit);
      }
      if (state.isUp(pid)) {
        watched.put(unit, watch.with(pid));
      } else {
        fail(unit, watch, "within %d s".formatted(ProcessState.PROOF.toSeconds()), state);
      }
    }
  }

  private ProcessState awaitStart(String unit) throws HostException {
    ProcessState state = ProcessState.of(host, unit);
    for (long pause = FIRST_PAUSE; state.isAtWork(); pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      Sleeper.of(pause);
      state = ProcessState.of(host, unit);
    }
    return state;
  }

  // The monotonic clocks of systemd and of this process are the same. A unit that was not stopped
  // has no earlier begin.
  private static boolean wasKilled(ProcessState state, Watch watch, Duration stopTimeout) {
    return state.started() - watch.begun() >= stopTimeout.minus(BEGINS).toNanos();
  }

  private void confirm(String unit) throws HostException, StepException {
    Watch watch = watched.get(unit);
    if (watch != null && !watch.pid().isEmpty()) {
      ProcessState state = ProcessState.of(host, unit);
      if (!state.isUp(watch.pid()) && !hasEndedByDesign(unit, state)) {
        fail(unit, watch, "before the end of the run", state);
      }
    }
  }

  // It has passed its proof, and how long it runs after that depends on its jobs.
  private boolean hasEndedByDesign(String unit, ProcessState state) throws HostException {
    return state.isBetweenStarts()
        ? state.hasEndedWell()
        : (state.isActive() || state.isAtWork()) && ProcessEnds.wasSuccess(host, unit);
  }

  private void fail(String unit, Watch watch, String when, ProcessState state)
      throws HostException, StepException {
    String place = watch.place().isEmpty() ? "" : " (" + watch.place() + ")";
    String what =
        "%s%s ended %s: %s%s".formatted(unit, place, when, state.end(), journal.lastLines(unit));
    watched.put(unit, watch.with(""));
    if (!watch.before().excuses(state)) {
      throw new StepException(FAILED, what);
    }
    dead.put(
        unit,
        watch.before() == EarlierProof.ENDED
            ? Diagnostic.notice(BY_ITSELF, (watch.isBack() || isRestart ? "" : AS_BEFORE) + what)
            : Diagnostic.warning(DEAD, (watch.isBack() ? DEAD_BEFORE : DEAD_STILL) + what));
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
    killedAtStop(ProcessState.killedOf(host, all));
    for (String each : all) {
      host.run(Command.of("systemctl", "reset-failed", each));
    }
  }

  /** Names processes in the report that systemd killed when they were stopped. */
  void killedAtStop(List<String> units) {
    if (!units.isEmpty()) {
      notices.add(killed(units, Duration.ZERO));
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
}

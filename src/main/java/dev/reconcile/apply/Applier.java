// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Change;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Phase;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Role;
import dev.reconcile.model.State;
import dev.reconcile.model.Step;
import dev.reconcile.model.VisitorCheck;
import dev.reconcile.plan.ChangeLabels;
import dev.reconcile.plan.PendingHandler;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import dev.reconcile.trial.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The executor of a plan, phase by phase. An app that fails is rolled back, and the run continues
 * with the others. It also continues after a failure that belongs to no app, except if all apps
 * depend on the failed change ({@link SharedBase}).
 *
 * <p>Invariant: the pending handlers and the undo steps are on disk before the first change, and
 * only success clears them. So the next run completes a run that was killed at any point.
 */
public final class Applier {
  /** Phases whose tasks take long and do not affect other apps, so that apps run in parallel. */
  private static final Set<Phase> SIDE_BY_SIDE =
      Set.of(
          Phase.CHECKOUTS,
          Phase.VENVS,
          Phase.BUILDS,
          Phase.RELEASE,
          Phase.REHEARSE,
          Phase.INSTANCES,
          Phase.STOP_INSTANCES,
          Phase.PROVE_PROCESSES);

  /** Those of them that change nothing live. */
  private static final Set<Phase> PREPARING =
      Set.of(Phase.CHECKOUTS, Phase.VENVS, Phase.BUILDS, Phase.RELEASE, Phase.REHEARSE);

  private final Host host;
  private final Plan plan;
  private final Steps steps;
  private final RunRecorder recorder;
  private final AppSchedule schedule;
  private final PhaseTracker tracks = new PhaseTracker();
  private final NginxChanges nginx;
  private final FailureHandling failures;
  private final SortedMap<String, VisitorCheck> visits;
  private final ReachabilityGate proving;

  private Applier(
      Host host,
      Plan plan,
      Steps steps,
      RunRecorder recorder,
      AppSchedule schedule,
      SortedMap<String, VisitorCheck> visits) {
    this.host = host;
    this.plan = plan;
    this.steps = steps;
    this.recorder = recorder;
    this.schedule = schedule;
    this.nginx = new NginxChanges(plan, steps, recorder);
    Rollback rollback = new Rollback(steps, recorder, tracks);
    this.failures = new FailureHandling(plan, recorder, rollback, nginx);
    this.visits = visits;
    SiteReachability proof = new SiteReachability(host, visits, recorder.unreachedBefore());
    this.proving =
        new ReachabilityGate(
            plan, steps, recorder, rollback, proof, failures.failedApps(), failures::keepPartners);
  }

  /**
   * Applies a plan to the host.
   *
   * @param plan a plan without errors
   * @param state the state from which the plan was made
   * @param command the command of the run, which is recorded
   * @param host the host
   * @param trees the source of code
   * @param progress the listener for long steps
   * @param schedule the order in which the apps of a phase are taken
   * @param visits the sites of the desired state by app, to be checked as visitors see them
   * @throws HostException if the state cannot be written; then nothing, or nothing more, is changed
   */
  public static Applied apply(
      Plan plan,
      State state,
      RunCommand command,
      Host host,
      TreeExporter trees,
      Progress progress,
      AppSchedule schedule,
      Map<String, VisitorCheck> visits)
      throws HostException {
    RunRecorder recorder = new RunRecorder(host, state, plan, command);
    recorder.begin();
    Steps steps = new Steps(host, plan, trees, progress, recorder, command.isRestart());
    Applier applier = new Applier(host, plan, steps, recorder, schedule, new TreeMap<>(visits));
    applier.run();
    List<Diagnostic> notices = new ArrayList<>(schedule.notices());
    notices.addAll(steps.notices());
    return recorder.end(applier.failures.isAborted(), steps.answers(), notices);
  }

  /** Applies a plan of a repository's desired state without sites. */
  public static Applied apply(
      Plan plan, State state, String repo, Host host, TreeExporter trees, Progress progress)
      throws HostException {
    AppSchedule schedule = new SideBySide(host, 0);
    return apply(plan, state, RunCommand.apply(repo), host, trees, progress, schedule, Map.of());
  }

  private void run() {
    if (plan.testsNginx()) {
      // after an error (nginx is not installed yet, say) no conflict is known
      FailedStep.in(steps::noteConflicts);
    }
    proving.before();
    for (Map.Entry<Phase, List<Task>> phase : Task.of(plan).entrySet()) {
      if (phase.getKey().compareTo(Phase.NGINX_RELOAD) > 0) {
        prove();
      }
      if (phase.getKey() == Phase.PACKAGES) {
        steps
            .installAll(phase.getValue())
            .forEach((task, fault) -> failures.settle(Phase.PACKAGES, task, fault));
        tryAgain();
      } else if (SIDE_BY_SIDE.contains(phase.getKey()) && phase.getValue().size() > 1) {
        sideBySide(phase.getKey(), phase.getValue());
      } else {
        phase.getValue().forEach(task -> perform(phase.getKey(), task));
      }
      failures.keepPartners(phase.getKey());
    }
    startHeldProcesses();
    prove();
    if (!failures.isAborted()) {
      proving.afterCertificates();
    }
    endLedApps();
    // a change without steps (a unit that its handler starts) is done together with the rest
    plan.changes().stream()
        .filter(planned -> planned.actions().isEmpty())
        .map(PlannedChange::change)
        .forEach(this::withoutSteps);
  }

  // The handlers of apps for which the run has ended early.
  private List<PendingHandler> unfinished() {
    return plan.handlers().stream()
        .filter(
            due -> failures.isAborted() || failures.failedApps().containsKey(due.handler().app()))
        .toList();
  }

  // Release steps may have stopped the background processes of an app, and a failure before their
  // phase leaves nobody who starts them.
  private void startHeldProcesses() {
    for (PendingHandler due : unfinished()) {
      boolean isHeld = has(due, action -> action.step() instanceof Step.EndHold);
      for (PhasedStep action : isHeld ? due.actions() : List.<PhasedStep>of()) {
        if (action.step() instanceof Step.ControlProcess process
            && process.verb() == Step.ProcessVerb.BEGIN) {
          Step start = new Step.Systemctl(Step.UnitVerb.START, process.unit());
          FailedStep.in(steps, List.of(start));
        }
      }
    }
  }

  // An app whose restart failed or was skipped gets its requests back in any case: the standby
  // instance would not be started again if it ended.
  private void endLedApps() {
    for (PendingHandler due : unfinished()) {
      boolean isLed = has(due, action -> action.phase() == Phase.LEAD);
      for (PhasedStep action : isLed ? due.actions() : List.<PhasedStep>of()) {
        if (action.step() instanceof Step.LeadBack || action.step() instanceof Step.StopStandby) {
          FailedStep.in(steps, List.of(action.step()));
        }
      }
    }
  }

  private static boolean has(PendingHandler due, Predicate<PhasedStep> wanted) {
    return due.actions().stream().anyMatch(wanted);
  }

  // After an early end of the run, the reachability of sites says nothing about its changes.
  private void prove() {
    if (!failures.isAborted()) {
      proving.after();
    }
  }

  // Repeats the trial, because only now nginx and systemd may be installed.
  private void tryAgain() {
    try {
      failures.refused(Trial.of(host, plan, visits.values()));
    } catch (HostException e) {
      failures.abort("the plan could not be tried: " + e.getMessage());
    }
  }

  // The tasks of an app run in order. Tasks that belong to no app run first, because an app may
  // need them.
  private void sideBySide(Phase phase, List<Task> all) {
    all.stream().filter(task -> task.app().isEmpty()).forEach(task -> perform(phase, task));
    SortedMap<String, List<Task>> byApp =
        all.stream()
            .filter(task -> !task.app().isEmpty())
            .collect(Collectors.groupingBy(Task::app, TreeMap::new, Collectors.toList()));
    recorder.setSideBySide(true);
    try {
      if (PREPARING.contains(phase)) {
        prepare(phase, byApp);
      } else {
        schedule.run(phase, work(byApp, tasks -> tasks.forEach(task -> perform(phase, task))));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failures.abort("the run was interrupted");
    } finally {
      recorder.setSideBySide(false);
    }
  }

  // Nothing of these phases is live, so a failure need not be handled at once. It is handled in the
  // order of the apps, so that of several failures of the host the same one always counts.
  private void prepare(Phase phase, SortedMap<String, List<Task>> byApp)
      throws InterruptedException {
    Map<String, List<Optional<FailedStep>>> results = new ConcurrentHashMap<>();
    AtomicBoolean isHostAtFault = new AtomicBoolean();
    schedule.run(
        phase,
        work(
            byApp,
            tasks -> {
              if (!isHostAtFault.get()) {
                List<Optional<FailedStep>> ofApp = untilFirstFailure(phase, tasks);
                results.put(tasks.getFirst().app(), ofApp);
                if (ofApp.stream().flatMap(Optional::stream).anyMatch(FailedStep::isOfHost)) {
                  isHostAtFault.set(true);
                }
              }
            }));
    byApp.forEach((app, tasks) -> settle(phase, tasks, results.getOrDefault(app, List.of())));
  }

  private static SortedMap<String, Runnable> work(
      SortedMap<String, List<Task>> byApp, Consumer<List<Task>> perform) {
    SortedMap<String, Runnable> work = new TreeMap<>();
    byApp.forEach((app, tasks) -> work.put(app, () -> perform.accept(tasks)));
    return work;
  }

  private List<Optional<FailedStep>> untilFirstFailure(Phase phase, List<Task> tasks) {
    List<Optional<FailedStep>> results = new ArrayList<>();
    for (Task task : tasks) {
      if (!failures.reasonToSkip(task).isEmpty()) {
        break;
      }
      begin(phase, task);
      Optional<FailedStep> fault = FailedStep.in(steps, task.steps());
      results.add(fault);
      if (fault.isPresent()) {
        break;
      }
    }
    return results;
  }

  private void settle(Phase phase, List<Task> tasks, List<Optional<FailedStep>> results) {
    for (int i = 0; i < tasks.size(); i++) {
      if (i < results.size() && !failures.isAborted()) {
        failures.settle(phase, tasks.get(i), results.get(i));
      } else {
        perform(phase, tasks.get(i)); // after a failure, it is skipped
      }
    }
  }

  private void perform(Phase phase, Task task) {
    if (failures.isOfFailedApp(task)) {
      leaveTidy(phase, task);
    }
    String because = failures.reasonToSkip(task);
    if (!because.isEmpty()) {
      recorder.skipped(task, because);
      return;
    }
    if (failures.isWithoutCertificate(task.app()) && needsCertificate(phase, task)) {
      return;
    }
    begin(phase, task);
    failures.settle(phase, task, FailedStep.in(steps, task.steps()));
  }

  private void begin(Phase phase, Task task) {
    tracks.begins(task, phase);
    nginx.begins(task);
  }

  // There is no new certificate for nginx to load, and the one in use must stay.
  private static boolean needsCertificate(Phase phase, Task task) {
    return phase == Phase.CERTIFICATES
        || task.change().stream().anyMatch(change -> ChangeLabels.role(change) == Role.KEY_PAIR);
  }

  // Standby instances and their nginx workers must end even if the app was rolled back.
  private void leaveTidy(Phase phase, Task task) {
    boolean back = failures.isTakenBack(task.app());
    for (Step step : task.steps()) {
      boolean tidies =
          step instanceof Step.StopStandby
              || step instanceof Step.DrainNginx
              || step instanceof Step.DrainAddress;
      if (back && phase == Phase.STOP_INSTANCES && tidies) {
        FailedStep.in(steps, List.of(step))
            .ifPresent(fault -> recorder.failed(task, fault.diagnostic()));
      }
    }
  }

  private void withoutSteps(Change change) {
    Task task = Task.of(change);
    if (!failures.isAborted()
        && !failures.failedApps().containsKey(change.app())
        && recorder.hasFollowed(change)) {
      recorder.done(task);
    } else {
      recorder.skipped(task, "an earlier change failed");
    }
  }
}

package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Phase;
import dev.reconcile.model.Role;
import dev.reconcile.model.State;
import dev.reconcile.model.Step;
import dev.reconcile.model.VisitorCheck;
import dev.reconcile.plan.ChangeLabels;
import dev.reconcile.plan.PendingHandler;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import dev.reconcile.plan.Successors;
import dev.reconcile.trial.Trial;
import dev.reconcile.trial.TrialResult;
import dev.reconcile.web.SitesNotRead;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * Carries out a plan, phase by phase. An app that fails is taken back to what it was and the others
 * go on, as they do if something fails that belongs to no app; a failure of what all stand on
 * ({@link SharedBase}) ends the run.
 *
 * <p>Invariant: what is due, and the way back, is on disk before the first change, and is cleared
 * only by success. So a run that is killed at any point is completed by the next one.
 */
public final class Applier {
  /** Phases whose tasks take long and do not touch what belongs to another app. */
  private static final Set<Phase> SIDE_BY_SIDE =
      Set.of(Phase.CHECKOUTS, Phase.VENVS, Phase.REHEARSE, Phase.INSTANCES, Phase.STOP_INSTANCES);

  private final Host host;
  private final Plan plan;
  private final Steps steps;
  private final RunRecorder ledger;
  private final PhaseTracker tracks = new PhaseTracker();
  private final NginxChanges nginx;
  private final Rollback rollback;
  private final SharedBase standing;
  private final Map<String, Boolean> failedApps = new ConcurrentHashMap<>();
  private final Set<String> withoutCertificate = new HashSet<>();
  private final Map<String, String> aborted = new ConcurrentHashMap<>();
  private final Set<String> unitsHeld = new HashSet<>();
  private final Set<Address> filesHeld = new HashSet<>();
  private volatile boolean hostFailed;
  private final SortedMap<String, VisitorCheck> visits;
  private final ReachabilityGate proving;
  private final SortedMap<String, SortedSet<String>> successors;

  private Applier(
      Host host,
      Plan plan,
      Steps steps,
      RunRecorder ledger,
      SortedMap<String, VisitorCheck> visits) {
    this.host = host;
    this.plan = plan;
    this.steps = steps;
    this.ledger = ledger;
    this.nginx = new NginxChanges(plan, steps, ledger);
    this.rollback = new Rollback(steps, ledger, tracks);
    this.standing = new SharedBase(plan);
    this.visits = visits;
    this.successors = Successors.of(plan);
    SiteReachability proof = new SiteReachability(host, visits, ledger.unreachedBefore());
    this.proving =
        new ReachabilityGate(
            plan, steps, ledger, rollback, proof, failedApps, this::keepPredecessors);
  }

  /**
   * Makes the host as the plan says.
   *
   * @param plan without errors
   * @param memory what was remembered when the plan was made
   * @param repo the repo, to be remembered
   * @param host the host
   * @param trees where code comes from
   * @param progress told of long steps
   * @param visits the sites of the desired state, by app, to be asked as visitors do
   * @throws HostException if what is remembered cannot be written: then nothing, or nothing more,
   *     is changed
   */
  public static Applied apply(
      Plan plan,
      State memory,
      String repo,
      Host host,
      TreeExporter trees,
      Progress progress,
      Map<String, VisitorCheck> visits)
      throws HostException {
    RunRecorder ledger = new RunRecorder(host, memory, plan, repo);
    ledger.begin();
    Steps steps = new Steps(host, plan, trees, progress);
    Applier applier = new Applier(host, plan, steps, ledger, new TreeMap<>(visits));
    applier.run();
    return ledger.end(!applier.aborted.isEmpty(), steps.answers());
  }

  /** The same for a desired state without sites. */
  public static Applied apply(
      Plan plan, State memory, String repo, Host host, TreeExporter trees, Progress progress)
      throws HostException {
    return apply(plan, memory, repo, host, trees, progress, Map.of());
  }

  private void run() {
    if (plan.testsNginx()) {
      // an error means that nginx is not there yet: it has warned of nothing
      StepError.in(steps::noteConflicts);
    }
    proving.before();
    for (Map.Entry<Phase, List<Task>> phase : Task.of(plan).entrySet()) {
      if (phase.getKey().compareTo(Phase.NGINX_RELOAD) > 0) {
        prove();
      }
      if (phase.getKey() == Phase.PACKAGES) {
        steps
            .installAll(phase.getValue())
            .forEach((task, fault) -> settle(Phase.PACKAGES, task, fault));
        tryAgain();
      } else if (SIDE_BY_SIDE.contains(phase.getKey()) && phase.getValue().size() > 1) {
        sideBySide(phase.getKey(), phase.getValue());
      } else {
        phase.getValue().forEach(task -> perform(phase.getKey(), task));
      }
    }
    prove();
    if (aborted.isEmpty()) {
      proving.afterCertificates();
    }
    // a change without a step of its own (a unit that its handler starts) is done with the rest
    plan.changes().stream()
        .filter(planned -> planned.actions().isEmpty())
        .map(PlannedChange::change)
        .forEach(this::withoutSteps);
  }

  // Where the run has ended early, what visitors get is not its doing.
  private void prove() {
    if (aborted.isEmpty()) {
      proving.after();
    }
  }

  // Only now are nginx and systemd there to be asked.
  private void tryAgain() {
    TrialResult result;
    try {
      result = Trial.of(host, plan, visits.values());
    } catch (HostException e) {
      aborted.put("", "the plan could not be tried: " + e.getMessage());
      return;
    }
    List<Diagnostic> errors = new ArrayList<>(result.hostErrors());
    result.unread().map(SitesNotRead::diagnostic).ifPresent(errors::add);
    for (Diagnostic error : errors) {
      ledger.failed(trial("", "nginx and systemd"), error);
      aborted.put("", "what belongs to no app would be refused");
    }
    result
        .units()
        .forEach((unit, fault) -> {
          ledger.failed(trial("", unit), fault);
          unitsHeld.add(unit);
          hostFailed = true;
        });
    result
        .files()
        .forEach((file, fault) -> {
          ledger.failed(trial("", file.name()), fault);
          filesHeld.add(file);
          hostFailed = true;
        });
    result
        .faults()
        .forEach((app, fault) -> {
          ledger.failed(trial(app, app), fault);
          failedApps.put(app, true);
          ledger.rolledBack(new RolledBack(app, fault.summary(), false, Optional.empty()));
          keepPredecessors(app);
        });
  }

  private static Task trial(String app, String what) {
    return new Task("trial of " + what, app, List.of(), Optional.empty(), Optional.empty(), true);
  }

  // Tasks of one app stay one after the other. What belongs to no app comes first, because an app
  // may need it.
  private void sideBySide(Phase phase, List<Task> all) {
    all.stream().filter(task -> task.app().isEmpty()).forEach(task -> perform(phase, task));
    List<Task> tasks = all.stream().filter(task -> !task.app().isEmpty()).toList();
    int width = Math.max(2, Runtime.getRuntime().availableProcessors());
    try (ExecutorService pool = Executors.newFixedThreadPool(width)) {
      List<Future<?>> running = new ArrayList<>();
      for (List<Task> ofApp : tasks.stream().collect(Collectors.groupingBy(Task::app)).values()) {
        running.add(pool.submit(() -> ofApp.forEach(task -> perform(phase, task))));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      aborted.put("", "the run was interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException("a task failed without saying so", e.getCause());
    }
  }

  private void perform(Phase phase, Task task) {
    String because = aborted.getOrDefault("", "");
    if (because.isEmpty() && failedApps.containsKey(task.app())) {
      because = "something before it failed for " + task.app();
      leaveTidy(task);
    }
    if (because.isEmpty() && unitsHeld.stream().anyMatch(task::isPartOf)) {
      because = "systemd would not take it";
    }
    if (because.isEmpty()
        && task.change().map(Change::address).filter(filesHeld::contains).isPresent()) {
      because = "it would be refused";
    }
    if (!because.isEmpty()) {
      ledger.skipped(task, because);
      return;
    }
    if (withoutCertificate.contains(task.app()) && needsCertificate(phase, task)) {
      return;
    }
    tracks.begins(task, phase);
    nginx.begins(task);
    settle(phase, task, StepError.in(steps, task.steps()));
  }

  // nginx has nothing new to take up, and the certificate that it has must not go yet
  private static boolean needsCertificate(Phase phase, Task task) {
    return phase == Phase.CERTIFICATES
        || task.change().stream().anyMatch(change -> ChangeLabels.role(change) == Role.KEY_PAIR);
  }

  // what led requests around an app must go also if the app is taken back
  private void leaveTidy(Task task) {
    boolean back = failedApps.getOrDefault(task.app(), false);
    for (Step step : task.steps()) {
      if (back && (step instanceof Step.StopStandby || step instanceof Step.DrainNginx)) {
        StepError.in(steps, List.of(step))
            .ifPresent(fault -> ledger.failed(task, fault.diagnostic()));
      }
    }
  }

  private void settle(Phase phase, Task task, Optional<StepError> fault) {
    if (fault.isEmpty()) {
      ledger.done(task);
    } else if (phase == Phase.CERTIFICATES && task.change().isPresent()) {
      // the app serves as it did before, and all else of it is done
      ledger.deferred(task, fault.get().diagnostic());
      withoutCertificate.add(task.app());
    } else if (!task.app().isEmpty() && !fault.get().isOfHost()) {
      ledger.failed(task, fault.get().diagnostic());
      fail(phase, task, fault.get());
    } else if (phase == Phase.USERS) {
      ledger.failed(task, fault.get().diagnostic()); // only what is to be built needs them
    } else if (phase == Phase.NGINX_RELOAD) {
      nginxFailed(task, fault.get());
    } else {
      ledger.failed(task, fault.get().diagnostic());
      hostFailed = true;
      if (fault.get().isOfHost() || standing.carriesAll(phase, task)) {
        aborted.put("", task.subject() + " failed");
      }
    }
  }

  // What has left the repo, or is only to be tidied up, is not brought back: the next run goes on.
  private void fail(Phase phase, Task task, StepError fault) {
    String app = task.app();
    boolean takeBack =
        plan.digests().containsKey(app)
            && phase.compareTo(Phase.NGINX_RELOAD) <= 0
            // code on the host may be another one without any change of ours: it is only rehearsed
            && (phase == Phase.REHEARSE || ledger.changesSomethingLasting(app));
    if (!takeBack) {
      failedApps.put(app, false);
      if (task.onlyAsks()) {
        // it runs what it ran before, and is asked again in the next run
        String reason = fault.diagnostic().summary();
        ledger.rolledBack(new RolledBack(app, reason, false, Optional.empty()));
      }
      return;
    }
    Optional<Diagnostic> trouble = rollback.of(app, dueOf(app));
    failedApps.put(app, trouble.isEmpty());
    // where the earlier revision does not answer either, it may not be the new one's fault; nor
    // where the host has failed to give it something, but what served is not stopped twice for that
    boolean mayBeTheHosts = hostFailed && (phase == Phase.REHEARSE || !ledger.ranBefore(app));
    boolean quarantined = fault.isOfRevision() && trouble.isEmpty() && !mayBeTheHosts;
    ledger.rolledBack(new RolledBack(app, fault.diagnostic().summary(), quarantined, trouble));
    keepPredecessors(app);
  }

  // An app that was to make way for this one: until this one serves its name, it goes on.
  private void keepPredecessors(String app) {
    successors.forEach((old, heirs) -> {
      if (heirs.contains(app) && failedApps.putIfAbsent(old, false) == null) {
        Optional<Diagnostic> trouble = rollback.of(old, List.of());
        failedApps.put(old, trouble.isEmpty());
        String reason = app + ", which takes its server name, did not come up";
        ledger.rolledBack(new RolledBack(old, reason, false, trouble));
      }
    });
  }

  private List<PendingHandler> dueOf(String app) {
    return plan.handlers().stream().filter(due -> due.handler().app().equals(app)).toList();
  }

  // nginx goes on with what it has; its files go back to what it accepted. Which app is to blame
  // (a port that is taken, say) is only known when nginx is asked for each alone.
  private void nginxFailed(Task task, StepError fault) {
    NginxChanges.Restored restored = nginx.restore(fault.diagnostic());
    if (!restored.works() || restored.apps().isEmpty()) {
      ledger.failed(task, restored.diagnostic());
      aborted.put("", task.subject() + " failed");
      return;
    }
    for (String app : restored.apps()) {
      Optional<StepError> alone = nginx.redo(app);
      if (alone.isPresent() && app.isEmpty()) {
        ledger.failed(trial("", "the host's files of nginx"), alone.get().diagnostic());
        hostFailed = true;
      } else if (alone.isPresent()) {
        Task site =
            new Task("site of " + app, app, List.of(), Optional.empty(), Optional.empty(), true);
        ledger.failed(site, alone.get().diagnostic());
        fail(Phase.NGINX_RELOAD, site, new StepError(alone.get().diagnostic(), true, false));
      }
    }
    ledger.done(task);
  }

  private void withoutSteps(Change change) {
    Task task =
        new Task(
            change.address().toString(),
            change.app(),
            List.of(),
            Optional.of(change),
            Optional.empty(),
            true);
    if (aborted.isEmpty() && !failedApps.containsKey(change.app()) && ledger.hasFollowed(change)) {
      ledger.done(task);
    } else {
      ledger.skipped(task, "something before it failed");
    }
  }
}

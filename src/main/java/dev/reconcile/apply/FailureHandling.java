// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.kind.UserKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Phase;
import dev.reconcile.plan.Handovers;
import dev.reconcile.plan.PendingHandler;
import dev.reconcile.plan.Plan;
import dev.reconcile.trial.TrialResult;
import dev.reconcile.web.SitesNotRead;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The consequences of a task's failure for its app, for other apps and for the run, including
 * rollbacks.
 *
 * <p>Invariant: an app that has failed stays failed for the rest of the run.
 */
final class FailureHandling {
  private final Plan plan;
  private final RunRecorder recorder;
  private final Rollback rollback;
  private final NginxChanges nginx;
  private final SharedBase standing;
  private final SortedMap<String, SortedSet<String>> partners;
  private final Map<String, Boolean> failedApps = new ConcurrentHashMap<>();
  private final Set<String> withoutCertificate = new HashSet<>();
  private final Map<String, String> aborted = new ConcurrentHashMap<>();
  private final Set<String> unitsHeld = new HashSet<>();
  private final Set<Address> filesHeld = new HashSet<>();
  private final Queue<String> withPartners = new ConcurrentLinkedQueue<>();
  private volatile boolean hostFailed;

  FailureHandling(Plan plan, RunRecorder recorder, Rollback rollback, NginxChanges nginx) {
    this.plan = plan;
    this.recorder = recorder;
    this.rollback = rollback;
    this.nginx = nginx;
    this.standing = new SharedBase(plan);
    this.partners = Handovers.of(plan, recorder.before());
  }

  /**
   * Returns the failed apps, each with whether it was rolled back. The map is live: other classes
   * add apps.
   */
  Map<String, Boolean> failedApps() {
    return failedApps;
  }

  /** Ends the run early: later tasks are skipped for this reason. */
  void abort(String because) {
    aborted.put("", because);
  }

  /** Reports whether the run was ended early. */
  boolean isAborted() {
    return !aborted.isEmpty();
  }

  /** Reports whether the run continues, but not for the task's app. */
  boolean isOfFailedApp(Task task) {
    return aborted.isEmpty() && failedApps.containsKey(task.app());
  }

  /** Reports whether the app has failed and was rolled back. */
  boolean isTakenBack(String app) {
    return failedApps.getOrDefault(app, false);
  }

  /** Reports whether the app's certificate was not issued in this run. */
  boolean isWithoutCertificate(String app) {
    return withoutCertificate.contains(app);
  }

  /** Returns the reason to skip a task; empty to perform it. */
  String reasonToSkip(Task task) {
    if (isAborted()) {
      return aborted.getOrDefault("", "");
    }
    if (failedApps.containsKey(task.app())) {
      return "an earlier change failed for " + task.app();
    }
    if (unitsHeld.stream().anyMatch(task::isPartOf)) {
      return "systemd refuses it in the trial";
    }
    boolean isHeld = task.change().map(Change::address).filter(filesHeld::contains).isPresent();
    return isHeld ? "the trial refused it" : "";
  }

  /**
   * Records the faults of a trial: refused changes are skipped, and an app with a refused change
   * fails.
   */
  void refused(TrialResult result) {
    List<Diagnostic> errors = new ArrayList<>(result.hostErrors());
    result.unread().map(SitesNotRead::diagnostic).ifPresent(errors::add);
    for (Diagnostic error : errors) {
      recorder.failed(asking("", "nginx and systemd"), error);
      abort("the trial refused a change of the host");
    }
    result
        .units()
        .forEach((unit, fault) -> {
          recorder.failed(asking("", unit), fault);
          unitsHeld.add(unit);
          hostFailed = true;
        });
    result
        .files()
        .forEach((file, fault) -> {
          recorder.failed(asking("", file.name()), fault);
          filesHeld.add(file);
          hostFailed = true;
        });
    result
        .faults()
        .forEach((app, fault) -> {
          recorder.failed(asking(app, app), fault);
          failedApps.put(app, true);
          recorder.rolledBack(new RolledBack(app, fault.summary(), false, Optional.empty()));
          keepPartners(app);
        });
  }

  private static Task asking(String app, String what) {
    return Task.ofCheck("trial of " + what, app);
  }

  /** Records the result of a task, and handles its failure. */
  void settle(Phase phase, Task task, Optional<FailedStep> fault) {
    if (fault.isEmpty()) {
      recorder.done(task);
    } else if (phase == Phase.CERTIFICATES && task.change().isPresent()) {
      // the app is served as before, and all its other changes are done
      recorder.deferred(task, fault.get().diagnostic());
      withoutCertificate.add(task.app());
    } else if (!task.app().isEmpty() && !fault.get().isOfHost()) {
      recorder.failed(task, fault.get().diagnostic());
      fail(phase, task, fault.get());
    } else if (phase == Phase.USERS && isOfBuilds(task)) {
      recorder.failed(task, fault.get().diagnostic()); // only builds need the users
    } else if (phase == Phase.NGINX_RELOAD) {
      nginxFailed(task, fault.get());
    } else {
      recorder.failed(task, fault.get().diagnostic());
      hostFailed = true;
      if (fault.get().isOfHost() || standing.carriesAll(phase, task)) {
        abort(task.subject() + " failed");
      }
    }
  }

  private static boolean isOfBuilds(Task task) {
    return task.change().stream().anyMatch(change -> UserKind.isBuilder(change.address().name()));
  }

  // Removals and cleanup are not rolled back; the next run continues them.
  private void fail(Phase phase, Task task, FailedStep fault) {
    String app = task.app();
    boolean takeBack =
        plan.digests().containsKey(app)
            && (phase.compareTo(Phase.NGINX_RELOAD) <= 0 || isOfProcesses(phase))
            // unmanaged code can change without the plan; then only its rehearsal fails
            && (isTry(phase) || recorder.waysBack().changesSomethingLasting(app));
    if (!takeBack) {
      failedApps.put(app, false);
      if (task.onlyAsks()) {
        // the app runs as before, and the next run checks it again
        String reason = fault.diagnostic().summary();
        recorder.rolledBack(new RolledBack(app, reason, false, Optional.empty()));
      }
      return;
    }
    Optional<Diagnostic> problem = takeBack(app, isOfProcesses(phase));
    failedApps.put(app, problem.isEmpty());
    // The new revision may not be at fault if the earlier one does not answer either, or if the
    // host failed to provide something. But an app that served is not interrupted again for the
    // latter.
    boolean mayBeTheHosts = hostFailed && (isTry(phase) || !recorder.waysBack().ranBefore(app));
    boolean quarantined =
        fault.isOfRevision() && problem.isEmpty() && !mayBeTheHosts && !recorder.isRestricted();
    recorder.rolledBack(new RolledBack(app, fault.diagnostic().summary(), quarantined, problem));
    withPartners.add(app);
  }

  // In the phases of processes, the standby instance has ended, and nginx has loaded the new site.
  private Optional<Diagnostic> takeBack(String app, boolean isLate) {
    List<PendingHandler> due = plan.handlersOf(app);
    boolean isLedAround = isLate && rollback.leadAround(due);
    Optional<Diagnostic> back = rollback.of(app, due);
    boolean loads = isLate && plan.testsNginx() && (isLedAround || back.isEmpty());
    Optional<Diagnostic> load = loads ? rollback.loadSites() : Optional.empty();
    if (isLedAround) {
      rollback.endDetour(due);
    }
    return back.or(() -> load);
  }

  private static boolean isOfProcesses(Phase phase) {
    return phase == Phase.PROCESSES
        || phase == Phase.PROVE_PROCESSES
        || phase == Phase.CONFIRM_PROCESSES;
  }

  // The phases that run the new revision before anything is switched.
  private static boolean isTry(Phase phase) {
    return phase == Phase.RELEASE || phase == Phase.REHEARSE;
  }

  /**
   * Rolls back the apps that exchange a server name with an app that failed in a phase. It runs
   * after the phase, because another thread may be at such an app before.
   *
   * @return whether an app was rolled back
   */
  boolean keepPartners() {
    int known = failedApps.size();
    for (String app = withPartners.poll(); app != null; app = withPartners.poll()) {
      keepPartners(app);
    }
    return failedApps.size() > known;
  }

  /** The same at the end of a phase, after which nginx may have to load the sites again. */
  void keepPartners(Phase phase) {
    if (keepPartners() && isOfProcesses(phase) && plan.testsNginx()) {
      rollback.loadSites().ifPresent(problem -> abort(problem.summary()));
    }
  }

  /** Rolls back the apps that exchange a server name with this app, which has failed. */
  void keepPartners(String app) {
    partners.forEach((other, all) -> {
      if (all.contains(app) && failedApps.putIfAbsent(other, false) == null) {
        boolean leaves = !plan.digests().containsKey(other);
        Optional<Diagnostic> problem =
            rollback.of(other, leaves ? List.of() : plan.handlersOf(other));
        failedApps.put(other, problem.isEmpty());
        String reason =
            (leaves
                    ? "%s, which takes its server name, did not come up"
                    : "%s, to or from which it hands over a name or resource, failed")
                .formatted(app);
        recorder.rolledBack(new RolledBack(other, reason, false, problem));
        keepPartners(other);
      }
    });
  }

  private void addPartners(String app, Set<String> group) {
    for (String other : partners.getOrDefault(app, new TreeSet<>())) {
      if (group.add(other)) {
        addPartners(other, group);
      }
    }
  }

  // nginx keeps its loaded configuration, and its files are restored to it. To find the app at
  // fault (a port in use, say), the changes of each app are applied and tested alone. Apps that
  // exchange a server name are one group, because nginx refuses two servers with one name.
  private void nginxFailed(Task task, FailedStep fault) {
    NginxChanges.Restored restored = nginx.restore(fault.diagnostic());
    if (!restored.works() || restored.apps().isEmpty()) {
      recorder.failed(task, restored.diagnostic());
      abort(task.subject() + " failed");
      return;
    }
    Set<String> tried = new HashSet<>();
    for (String app : restored.apps()) {
      if (tried.contains(app)) {
        continue;
      }
      Set<String> group = new TreeSet<>(Set.of(app));
      addPartners(app, group);
      tried.addAll(group);
      Optional<FailedStep> alone = nginx.redo(group);
      if (alone.isPresent() && app.isEmpty()) {
        recorder.failed(asking("", "the host's files of nginx"), alone.get().diagnostic());
        hostFailed = true;
      } else if (alone.isPresent()) {
        Task site = Task.ofCheck("site of " + app, app);
        recorder.failed(site, alone.get().diagnostic());
        fail(Phase.NGINX_RELOAD, site, alone.get());
      }
    }
    if (keepPartners()) {
      nginx.takeUp().ifPresent(still -> recorder.failed(task, still.diagnostic()));
    }
    recorder.done(task);
  }
}

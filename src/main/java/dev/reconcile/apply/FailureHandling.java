package dev.reconcile.apply;

import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Phase;
import dev.reconcile.plan.PendingHandler;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.Successors;
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
import java.util.concurrent.ConcurrentHashMap;

/**
 * Decides what the failure of a task means for its app, for other apps and for the run, and takes
 * apps back. Invariant: an app that has failed stays failed for the rest of the run.
 */
final class FailureHandling {
  private final Plan plan;
  private final RunRecorder ledger;
  private final Rollback rollback;
  private final NginxChanges nginx;
  private final SharedBase standing;
  private final SortedMap<String, SortedSet<String>> successors;
  private final Map<String, Boolean> failedApps = new ConcurrentHashMap<>();
  private final Set<String> withoutCertificate = new HashSet<>();
  private final Map<String, String> aborted = new ConcurrentHashMap<>();
  private final Set<String> unitsHeld = new HashSet<>();
  private final Set<Address> filesHeld = new HashSet<>();
  private volatile boolean hostFailed;

  FailureHandling(Plan plan, RunRecorder ledger, Rollback rollback, NginxChanges nginx) {
    this.plan = plan;
    this.ledger = ledger;
    this.rollback = rollback;
    this.nginx = nginx;
    this.standing = new SharedBase(plan);
    this.successors = Successors.of(plan);
  }

  /** The apps that have failed; whether each is back at what it was. Whoever finds one adds it. */
  Map<String, Boolean> failedApps() {
    return failedApps;
  }

  /** Ends the run before it has tried everything. */
  void abort(String because) {
    aborted.put("", because);
  }

  /** Whether the run was ended before it had tried everything. */
  boolean isAborted() {
    return !aborted.isEmpty();
  }

  /** Whether the run goes on, but not for the task's app. */
  boolean isOfFailedApp(Task task) {
    return aborted.isEmpty() && failedApps.containsKey(task.app());
  }

  /** Whether the app has failed and is back at what it was. */
  boolean isTakenBack(String app) {
    return failedApps.getOrDefault(app, false);
  }

  /** Whether the app did not get the certificate that it should have. */
  boolean isWithoutCertificate(String app) {
    return withoutCertificate.contains(app);
  }

  /** Why a task is not tried; empty if it is to be tried. */
  String reasonToSkip(Task task) {
    if (isAborted()) {
      return aborted.getOrDefault("", "");
    }
    if (failedApps.containsKey(task.app())) {
      return "something before it failed for " + task.app();
    }
    if (unitsHeld.stream().anyMatch(task::isPartOf)) {
      return "systemd would not take it";
    }
    boolean isHeld = task.change().map(Change::address).filter(filesHeld::contains).isPresent();
    return isHeld ? "it would be refused" : "";
  }

  /** What nginx and systemd refuse is not done; what is refused of an app fails the app. */
  void refused(TrialResult result) {
    List<Diagnostic> errors = new ArrayList<>(result.hostErrors());
    result.unread().map(SitesNotRead::diagnostic).ifPresent(errors::add);
    for (Diagnostic error : errors) {
      ledger.failed(asking("", "nginx and systemd"), error);
      abort("what belongs to no app would be refused");
    }
    result
        .units()
        .forEach((unit, fault) -> {
          ledger.failed(asking("", unit), fault);
          unitsHeld.add(unit);
          hostFailed = true;
        });
    result
        .files()
        .forEach((file, fault) -> {
          ledger.failed(asking("", file.name()), fault);
          filesHeld.add(file);
          hostFailed = true;
        });
    result
        .faults()
        .forEach((app, fault) -> {
          ledger.failed(asking(app, app), fault);
          failedApps.put(app, true);
          ledger.rolledBack(new RolledBack(app, fault.summary(), false, Optional.empty()));
          keepPredecessors(app);
        });
  }

  private static Task asking(String app, String what) {
    return new Task("trial of " + what, app, List.of(), Optional.empty(), Optional.empty(), true);
  }

  /** Records how a task ended, and what follows from it if it failed. */
  void settle(Phase phase, Task task, Optional<StepError> fault) {
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
        abort(task.subject() + " failed");
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
            && (phase == Phase.REHEARSE || ledger.waysBack().changesSomethingLasting(app));
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
    boolean mayBeTheHosts =
        hostFailed && (phase == Phase.REHEARSE || !ledger.waysBack().ranBefore(app));
    boolean quarantined = fault.isOfRevision() && trouble.isEmpty() && !mayBeTheHosts;
    ledger.rolledBack(new RolledBack(app, fault.diagnostic().summary(), quarantined, trouble));
    keepPredecessors(app);
  }

  /**
   * Keeps the app that was to make way for this one: until this one serves its name, it goes on.
   */
  void keepPredecessors(String app) {
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
      abort(task.subject() + " failed");
      return;
    }
    for (String app : restored.apps()) {
      Optional<StepError> alone = nginx.redo(app);
      if (alone.isPresent() && app.isEmpty()) {
        ledger.failed(asking("", "the host's files of nginx"), alone.get().diagnostic());
        hostFailed = true;
      } else if (alone.isPresent()) {
        Task site =
            new Task("site of " + app, app, List.of(), Optional.empty(), Optional.empty(), true);
        ledger.failed(site, alone.get().diagnostic());
        fail(Phase.NGINX_RELOAD, site, alone.get());
      }
    }
    ledger.done(task);
  }
}

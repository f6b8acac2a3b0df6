// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.HttpProbe;
import dev.reconcile.kind.ForeignUnitFiles;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Maintenance;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Releases;
import dev.reconcile.model.Role;
import dev.reconcile.model.State;
import dev.reconcile.model.Step;
import dev.reconcile.model.Undo;
import dev.reconcile.model.UnreachableSite;
import dev.reconcile.plan.ChangeLabels;
import dev.reconcile.plan.PendingHandler;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import dev.reconcile.state.StateFile;
import dev.reconcile.web.SiteFailure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * The recorder of a run in the state file. Before the first change it writes the planned resources,
 * the undo steps and the pending handlers. At the end it writes the results.
 */
final class RunRecorder {
  private static final Set<Role> OF_SITES =
      Set.of(Role.SITE, Role.SITE_LINK, Role.KEY_PAIR, Role.CERTIFICATE);

  private final Host host;
  private final State before;
  private final Plan plan;
  private final RunCommand command;
  private final Transactions transactions;
  private final WaysBack waysBack;
  private final NavigableMap<Address, OwnedResource> owned;
  private final NavigableMap<String, String> activations;
  private final NavigableMap<String, Step.Probe> probes;
  private final QuarantinedRevisions quarantine;
  private final NavigableMap<String, UnreachableSite> unreached;
  private final NavigableMap<String, Releases> releases;
  private final NavigableMap<String, SiteFailure> failures = new TreeMap<>();
  private final OutcomeLog outcomes = new OutcomeLog();
  private final List<RolledBack> rolledBack = new ArrayList<>();
  private final Set<String> failed = new HashSet<>();
  private final NavigableMap<String, Maintenance> maintenance;
  private State written;

  RunRecorder(Host host, State before, Plan plan, RunCommand command) throws HostException {
    this.host = host;
    this.before = before;
    this.written = before;
    this.plan = plan;
    this.command = command;
    this.transactions = new Transactions(host, before, plan, command);
    this.waysBack = new WaysBack(plan, transactions);
    this.owned = new TreeMap<>(before.owned());
    this.activations = new TreeMap<>(before.activations());
    this.probes = new TreeMap<>(before.trials().probes());
    this.quarantine =
        new QuarantinedRevisions(
            before.trials().quarantine(), plan, host.runName(), !command.isRestricted());
    this.unreached = new TreeMap<>(before.trials().unreached());
    this.releases = new TreeMap<>(before.trials().releases());
    this.maintenance = new TreeMap<>(before.maintenance());
  }

  /** Writes the planned changes, if there are any, and clears the leftovers of a killed run. */
  void begin() throws HostException {
    plan.claims().forEach(claim -> owned.put(claim.address(), claim));
    for (PendingHandler due : plan.handlers()) {
      due.activations().keySet().forEach(activations::remove);
    }
    if (!plan.isEmpty()) {
      transactions.begin();
      write(state(before.repo(), before.revision(), transactions.open()));
    }
    transactions.clearLeftovers();
  }

  /** Begins with the outcomes of apps that are taken side by side, or ends with them. */
  synchronized void setSideBySide(boolean sideBySide) {
    outcomes.setSideBySide(sideBySide);
  }

  synchronized void done(Task task) {
    if (!task.isLast() || failed.contains(task.subject())) {
      return;
    }
    outcomes.add(new Outcome.Done(task.subject(), task.app()));
    task.due().ifPresent(this::activated);
    if (task.change().isPresent() && task.change().get() instanceof Change.Delete delete) {
      owned.remove(delete.address());
    }
  }

  private void activated(PendingHandler due) {
    activations.putAll(due.activations());
    for (Step step : due.handler().steps()) {
      if (step instanceof Step.AwaitHealth(Step.Probe probe)) {
        probes.put(due.handler().app(), probe);
      }
    }
  }

  /**
   * Records at once that the release steps of an app have succeeded, so that no later run repeats
   * them.
   *
   * @param digest the digest of the steps
   * @param ran whether this run ran them
   */
  synchronized void released(String app, String digest, boolean ran) throws HostException {
    Releases known = releases.getOrDefault(app, Releases.NONE);
    releases.put(app, known.with(digest, ran || known.isAhead()));
    write(state(before.repo(), before.revision(), transactions.open()));
  }

  /** Reports whether no handler of the change has failed. */
  synchronized boolean hasFollowed(Change change) {
    return ChangeLabels.notifies(change).stream().noneMatch(failed::contains);
  }

  synchronized void skipped(Task task, String because) {
    if (!outcomes.has(task.subject()) && failed.add(task.subject())) {
      outcomes.add(new Outcome.Skipped(task.subject(), task.app(), because));
    }
  }

  synchronized void failed(Task task, Diagnostic diagnostic) {
    if (failed.add(task.subject())) {
      outcomes.add(new Outcome.Failed(task.subject(), task.app(), diagnostic));
    }
  }

  synchronized void deferred(Task task, Diagnostic diagnostic) {
    if (failed.add(task.subject())) {
      outcomes.add(new Outcome.Deferred(task.subject(), task.app(), diagnostic));
    }
  }

  /** Reports whether the run leaves everything else as it is. */
  boolean isRestricted() {
    return command.isRestricted();
  }

  /** Returns the undo steps of this run's changes. */
  WaysBack waysBack() {
    return waysBack;
  }

  /** Returns how the background processes of the plan did before the run, by unit. */
  SortedMap<String, EarlierProof> processesBefore() {
    return transactions.processes();
  }

  /** Returns the state from which the plan was made. */
  State before() {
    return before;
  }

  /** Returns the last health check that the app passed. */
  Optional<Step.Probe> lastProbe(String app) {
    return Optional.ofNullable(before.trials().probes().get(app));
  }

  /** Records the rollback of an app: its changes count as not done. */
  synchronized void rolledBack(RolledBack result) {
    RolledBack back =
        releases.getOrDefault(result.app(), Releases.NONE).isAhead() ? result.released() : result;
    rolledBack.add(back);
    List<Change> changes =
        plan.changes().stream()
            .map(PlannedChange::change)
            .filter(change -> change.app().equals(back.app()))
            .toList();
    undone(
        changes.stream().filter(change -> !failed.contains(change.address().toString())).toList(),
        "rolled back with " + back.app());
    changes.forEach(change -> remember(transactions.undoOf(change)));
    transactions.carried(back.app()).reversed().forEach(this::remember);
    if (back.problem().isEmpty()) {
      activations.putAll(transactions.activationsBefore(back.app()));
    }
    if (back.quarantined()) {
      State now = state(before.repo(), before.revision(), new TreeMap<>());
      quarantine.add(
          back.app(), back.quarantineReason(), ForeignUnitFiles.of(host.facts(), back.app(), now));
    }
  }

  /** Returns the apps that were unreachable after an earlier run. */
  Set<String> unreachedBefore() {
    return before.trials().unreached().keySet();
  }

  /**
   * Records the results of visitor checks.
   *
   * @param asked the apps that were checked
   * @param blocked the unreachable ones of them, with the failure
   * @param reloaded whether nginx has just loaded its files
   */
  synchronized void received(
      Set<String> asked, Map<String, SiteFailure> blocked, boolean reloaded) {
    unreached.keySet().removeAll(asked);
    failures.keySet().removeAll(asked);
    failures.putAll(blocked);
    blocked.forEach((app, failure) ->
        unreached.put(
            app,
            new UnreachableSite(
                failure.kind().summary(),
                failure.kind().isCuredByReload() && !(reloaded && failure.kind().isOfMemory()))));
  }

  /** Records that changes were undone: they count as skipped. */
  synchronized void undone(List<Change> changes, String because) {
    for (Change change : changes) {
      String subject = change.address().toString();
      outcomes.add(new Outcome.Skipped(subject, change.app(), because));
      failed.add(subject);
      remember(transactions.undoOf(change));
    }
  }

  /** Records that undone changes were done again. */
  synchronized void redone(List<Change> changes) {
    for (Change change : changes) {
      String subject = change.address().toString();
      outcomes.add(new Outcome.Done(subject, change.app()));
      failed.remove(subject);
      plan.claims().stream()
          .filter(claim -> claim.address().equals(change.address()))
          .forEach(claim -> owned.put(claim.address(), claim));
      if (change instanceof Change.Delete) {
        owned.remove(change.address());
      }
    }
  }

  private void remember(Undo undo) {
    undo.owned()
        .ifPresentOrElse(
            resource -> owned.put(undo.address(), resource), () -> owned.remove(undo.address()));
  }

  /**
   * Writes the results of the run.
   *
   * @param aborted whether the run was ended early
   * @param answers the answers of apps to their health checks
   * @param notices what else the report says
   */
  Applied end(boolean aborted, Map<Step.Probe, HttpProbe.Answer> answers, List<Diagnostic> notices)
      throws HostException {
    plan.forgotten().forEach(owned::remove);
    List<Outcome> ended = outcomes.all();
    rolledBack.sort(Comparator.comparing(RolledBack::app));
    Applied applied = new Applied(ended, rolledBack, failures, before, List.of());
    quarantine.end(ended, app -> isOver(ended, app, aborted));
    probes.keySet().removeIf(this::isElsewhere);
    unreached.keySet().removeIf(this::isGone);
    maintenance.keySet().removeIf(this::isGone);
    if (!plan.isEmpty()) { // a run without changes writes nothing
      settleReleases(ended, aborted);
      forgetGoneHandlers();
    }
    // failures of the host are pending, but every app is at this commit
    boolean through = !aborted && applied.isSettledForApps() && !command.isRestricted();
    State after =
        state(
            through ? command.repo() : before.repo(),
            through ? plan.revision() : before.revision(),
            transactions.left(applied, plan.held().keySet(), aborted));
    transactions.end(applied, owned.keySet());
    write(after);
    transactions.clearUnused(after);
    List<Diagnostic> all = new ArrayList<>(notices);
    all.addAll(RedirectNotices.of(probes, answers, before.trials().probes().keySet()));
    return new Applied(ended, rolledBack, failures, after, all);
  }

  // Until the last process of an app is proved, the app may go back, and its data is ahead of it.
  private void settleReleases(List<Outcome> ended, boolean aborted) {
    for (PendingHandler due : plan.handlers()) {
      String app = due.handler().app();
      boolean starts = due.actions().stream().map(PhasedStep::step).anyMatch(RunRecorder::isStart);
      if (starts && !aborted && ended.stream().noneMatch(outcome -> isTrouble(outcome, app))) {
        releases.computeIfPresent(app, (_, known) -> known.live());
      }
    }
    releases.replaceAll((app, known) -> isGone(app) ? known.live() : known);
  }

  private static boolean isStart(Step step) {
    return step instanceof Step.AwaitHealth
        || step instanceof Step.ControlProcess
        || step instanceof Step.RunRelease;
  }

  private void forgetGoneHandlers() {
    GoneHandlers gone = new GoneHandlers(owned.values());
    Set<String> due = new HashSet<>();
    plan.handlers().forEach(handler -> due.addAll(handler.activations().keySet()));
    activations.keySet().removeIf(id -> gone.contains(id) && !due.contains(id));
  }

  // Other hosts run an app of which this one has the site alone.
  private boolean isElsewhere(String app) {
    return owned.values().stream()
        .filter(resource -> resource.app().equals(app))
        .allMatch(resource -> OF_SITES.contains(resource.role()));
  }

  private boolean isGone(String app) {
    return owned.values().stream().noneMatch(resource -> resource.app().equals(app));
  }

  // An app that is neither changed nor held matches the repository, and it works.
  private boolean isOver(List<Outcome> ended, String app, boolean aborted) {
    boolean another =
        plan.digests().containsKey(app) || (!aborted && !plan.held().containsKey(app));
    return another && ended.stream().noneMatch(outcome -> isTrouble(outcome, app));
  }

  private static boolean isTrouble(Outcome outcome, String app) {
    return outcome.app().equals(app) && !outcome.isSettled();
  }

  private State state(
      String repoNow, String revision, SortedMap<String, SortedSet<String>> unfinished) {
    return new State(
        repoNow,
        revision,
        owned,
        activations,
        before.numbers(),
        new State.Trials(quarantine.all(), probes, unfinished, unreached, releases),
        before.protectedApps(),
        maintenance);
  }

  private void write(State state) throws HostException {
    if (!state.equals(written)) {
      StateFile.save(host, state);
      written = state;
    }
  }
}

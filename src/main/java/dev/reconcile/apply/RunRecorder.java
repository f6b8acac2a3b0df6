package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.HttpProbe;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.OwnedResource;
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
 * Keeps what is remembered in step with what is done. Before the first change it writes down what
 * is about to be made, the way back and which handlers are due; at the end, what became of them.
 */
final class RunRecorder {
  private final Host host;
  private final State before;
  private final Plan plan;
  private final String repo;
  private final Transactions transactions;
  private final WaysBack waysBack;
  private final NavigableMap<Address, OwnedResource> owned;
  private final NavigableMap<String, String> activations;
  private final NavigableMap<String, Step.Probe> probes;
  private final QuarantineBook quarantine;
  private final NavigableMap<String, UnreachableSite> unreached;
  private final NavigableMap<String, SiteFailure> obstacles = new TreeMap<>();
  private final List<Outcome> outcomes = new ArrayList<>();
  private final List<RolledBack> rolledBack = new ArrayList<>();
  private final Set<String> failed = new HashSet<>();
  private State written;

  RunRecorder(Host host, State before, Plan plan, String repo) throws HostException {
    this.host = host;
    this.before = before;
    this.written = before;
    this.plan = plan;
    this.repo = repo;
    this.transactions = new Transactions(host, before, plan, repo);
    this.waysBack = new WaysBack(plan, transactions);
    this.owned = new TreeMap<>(before.owned());
    this.activations = new TreeMap<>(before.activations());
    this.probes = new TreeMap<>(before.trials().probes());
    this.quarantine = new QuarantineBook(before.trials().quarantine(), plan, host.runName());
    this.unreached = new TreeMap<>(before.trials().unreached());
  }

  /** Writes down what is about to happen, unless nothing is, and clears what a killed run left. */
  void begin() throws HostException {
    plan.claims().forEach(claim -> owned.put(claim.address(), claim));
    for (PendingHandler due : plan.handlers()) {
      due.activations().keySet().forEach(activations::remove);
    }
    if (!plan.isEmpty()) {
      transactions.begin();
      write(memory(before.repo(), before.revision(), transactions.open()));
    }
    transactions.clearLeftovers();
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

  /** Whether every handler that the change notifies has not failed. */
  synchronized boolean hasFollowed(Change change) {
    return ChangeLabels.notifies(change).stream().noneMatch(failed::contains);
  }

  synchronized void skipped(Task task, String because) {
    boolean done = outcomes.stream().anyMatch(one -> one.subject().equals(task.subject()));
    if (!done && failed.add(task.subject())) {
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

  /** The ways back of this run's changes. */
  WaysBack waysBack() {
    return waysBack;
  }

  /** What the app was last asked and answered well. */
  Optional<Step.Probe> lastProbe(String app) {
    return Optional.ofNullable(before.trials().probes().get(app));
  }

  /** An app is as it was before: nothing that was done for it is done after all. */
  synchronized void rolledBack(RolledBack one) {
    rolledBack.add(one);
    List<Change> changes =
        plan.changes().stream()
            .map(PlannedChange::change)
            .filter(change -> change.app().equals(one.app()))
            .toList();
    undone(
        changes.stream().filter(change -> !failed.contains(change.address().toString())).toList(),
        "taken back with " + one.app());
    changes.forEach(change -> remember(transactions.undoOf(change)));
    transactions.carried(one.app()).reversed().forEach(this::remember);
    if (one.trouble().isEmpty()) {
      activations.putAll(transactions.activationsBefore(one.app()));
    }
    if (one.quarantined()) {
      quarantine.add(one.app(), "it did not come up (" + one.reason() + ")");
    }
  }

  /** The apps that visitors did not get after an earlier run. */
  Set<String> unreachedBefore() {
    return before.trials().unreached().keySet();
  }

  /**
   * Visitors were asked for, and this is what is in their way.
   *
   * @param asked the apps that were asked for
   * @param blocked those of them that visitors do not get
   * @param reloaded whether nginx has just read its files
   */
  synchronized void received(
      Set<String> asked, Map<String, SiteFailure> blocked, boolean reloaded) {
    unreached.keySet().removeAll(asked);
    obstacles.keySet().removeAll(asked);
    obstacles.putAll(blocked);
    blocked.forEach((app, obstacle) ->
        unreached.put(
            app,
            new UnreachableSite(
                obstacle.kind().summary(),
                obstacle.kind().isCuredByReload() && !(reloaded && obstacle.kind().isOfMemory()))));
  }

  /** These have been taken back: they are not done after all. */
  synchronized void undone(List<Change> changes, String because) {
    for (Change change : changes) {
      String subject = change.address().toString();
      outcomes.removeIf(outcome -> outcome.subject().equals(subject));
      outcomes.add(new Outcome.Skipped(subject, change.app(), because));
      failed.add(subject);
      remember(transactions.undoOf(change));
    }
  }

  /** These had been taken back, and have been made again. */
  synchronized void redone(List<Change> changes) {
    for (Change change : changes) {
      String subject = change.address().toString();
      outcomes.removeIf(outcome -> outcome.subject().equals(subject));
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
        .ifPresentOrElse(one -> owned.put(undo.address(), one), () -> owned.remove(undo.address()));
  }

  /**
   * Writes down what became of it.
   *
   * @param aborted whether the run was ended before it had tried everything
   * @param answers what apps answered to the questions that prove them
   */
  Applied end(boolean aborted, Map<Step.Probe, HttpProbe.Answer> answers) throws HostException {
    plan.forgotten().forEach(owned::remove);
    Applied applied = new Applied(outcomes, rolledBack, obstacles, before, List.of());
    quarantine.end(outcomes, app -> isOver(app, aborted));
    probes.keySet().removeIf(this::isGone);
    unreached.keySet().removeIf(this::isGone);
    // what has failed of the host's own is owed, but every app is where this commit has it
    boolean through = !aborted && applied.isSettledForApps();
    State after =
        memory(
            through ? repo : before.repo(),
            through ? plan.revision() : before.revision(),
            transactions.left(applied, plan.held().keySet(), aborted));
    transactions.end(applied, owned.keySet());
    write(after);
    transactions.clearUnused(after);
    return new Applied(
        outcomes,
        rolledBack,
        obstacles,
        after,
        RedirectNotices.of(probes, answers, before.trials().probes().keySet()));
  }

  private boolean isGone(String app) {
    return owned.values().stream().noneMatch(one -> one.app().equals(app));
  }

  // An app that is neither changed nor held is what the repo says of it now, and that works.
  private boolean isOver(String app, boolean aborted) {
    boolean another =
        plan.digests().containsKey(app) || (!aborted && !plan.held().containsKey(app));
    return another && outcomes.stream().noneMatch(one -> isTrouble(one, app));
  }

  private static boolean isTrouble(Outcome outcome, String app) {
    return outcome.app().equals(app) && !outcome.isSettled();
  }

  private State memory(
      String repoNow, String revision, SortedMap<String, SortedSet<String>> unfinished) {
    return new State(
        repoNow,
        revision,
        owned,
        activations,
        before.numbers(),
        new State.Trials(quarantine.all(), probes, unfinished, unreached),
        before.protectedApps());
  }

  private void write(State memory) throws HostException {
    if (!memory.equals(written)) {
      StateFile.save(host, memory);
      written = memory;
    }
  }
}

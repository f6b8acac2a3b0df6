// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Layout;
import dev.reconcile.model.State;
import dev.reconcile.model.Step;
import dev.reconcile.model.Undo;
import dev.reconcile.plan.Inverse;
import dev.reconcile.plan.PendingHandler;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import dev.reconcile.state.Manifest;
import dev.reconcile.state.ManifestStore;
import dev.reconcile.state.StateFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The transactions of the run: the changes of an app are either all done or all undone. A killed
 * run leaves its transactions open. The next run completes them, or undoes the changes of both
 * runs.
 */
final class Transactions {
  private final Host host;
  private final State before;
  private final Plan plan;
  private final RunCommand command;
  private final Map<Address, Undo> undos = new HashMap<>();
  private final List<Manifest> carried = new ArrayList<>();
  private Optional<Manifest> begun = Optional.empty();
  private SortedMap<String, EarlierProof> processes = new TreeMap<>();

  Transactions(Host host, State before, Plan plan, RunCommand command) throws HostException {
    this.host = host;
    this.before = before;
    this.plan = plan;
    this.command = command;
    for (PlannedChange planned : plan.changes()) {
      undos.put(planned.change().address(), Inverse.of(planned, before));
    }
    for (String run : before.trials().unfinished().keySet()) {
      ManifestStore.of(host.facts(), run).ifPresent(carried::add);
    }
    carried.sort(Comparator.comparingInt(Manifest::sequence));
  }

  /** Writes the manifest with the undo steps. */
  void begin() throws HostException {
    List<Manifest> earlier = ManifestStore.all(host.facts());
    int sequence = earlier.isEmpty() ? 1 : earlier.getLast().sequence() + 1;
    SortedMap<String, String> activations = new TreeMap<>();
    for (PendingHandler due : plan.handlers()) {
      for (String id : due.activations().keySet()) {
        if (before.activations().containsKey(id)) {
          activations.put(id, before.activation(id));
        }
      }
    }
    SortedMap<String, Step.Probe> probes = new TreeMap<>(before.trials().probes());
    probes.keySet().retainAll(apps());
    if (!command.isRestart()) { // a person has asked for the restart, which excuses nothing
      processes = EarlierProofs.of(host, plan, recorded());
    }
    SortedMap<String, String> words = new TreeMap<>();
    processes.forEach((unit, proof) -> words.put(unit, proof.word()));
    Manifest manifest =
        new Manifest(
            host.runName(),
            sequence,
            command.name(),
            command.repo(),
            plan.revision(),
            plan.changes().stream().map(planned -> undoOf(planned.change())).toList(),
            activations,
            probes,
            new TreeMap<>(),
            new TreeMap<>(),
            words);
    ManifestStore.save(host, manifest);
    begun = Optional.of(manifest);
  }

  private SortedMap<String, EarlierProof> recorded() {
    SortedMap<String, EarlierProof> recorded = new TreeMap<>();
    for (Manifest manifest : carried) {
      manifest
          .processes()
          .forEach((unit, word) -> {
            if (isOpen(manifest.run(), Layout.appOf(unit).orElse(""))) {
              recorded.merge(unit, EarlierProof.of(word), EarlierProof::strictest);
            }
          });
    }
    return recorded;
  }

  /** Returns how the background processes of the plan did before the run, by unit. */
  SortedMap<String, EarlierProof> processes() {
    return processes;
  }

  private Set<String> apps() {
    Set<String> apps = new TreeSet<>();
    plan.changes().forEach(planned -> apps.add(planned.change().app()));
    plan.handlers().forEach(due -> apps.add(due.handler().app()));
    return apps;
  }

  /** Returns the transactions that are open from now on: the apps by run. */
  SortedMap<String, SortedSet<String>> open() {
    SortedMap<String, SortedSet<String>> open = new TreeMap<>(before.trials().unfinished());
    open.put(host.runName(), new TreeSet<>(apps()));
    return open;
  }

  /** Clears the leftovers of killed runs. */
  void clearLeftovers() throws HostException {
    host.clearUnfinished(StateFile.PATH); // a run killed here has no transaction on disk yet
    ManifestStore.clearUnfinished(host);
    if (!before.trials().unfinished().isEmpty()) {
      CrashCleanup.clear(host, carried);
    }
  }

  /**
   * Clears unused trees and instances of killed runs, once no transaction is open.
   *
   * @param after the state that is written now
   */
  void clearUnused(State after) throws HostException {
    if (!before.trials().unfinished().isEmpty() && after.trials().unfinished().isEmpty()) {
      ReleaseUnit.clearRecorded(host, after.trials().releases());
      CrashCleanup.clearUnused(host, after);
      StandbyRemoval.clear(host);
    }
  }

  /** Returns the undo steps of a change of this run. */
  Undo undoOf(Change change) {
    Undo undo = undos.get(change.address());
    if (undo == null) {
      throw new IllegalArgumentException("not of this plan: " + change.address());
    }
    return undo;
  }

  /** Returns the undo steps that killed runs left for an app, oldest first. */
  List<Undo> carried(String app) {
    return carried.stream()
        .filter(manifest -> isOpen(manifest.run(), app))
        .flatMap(manifest -> manifest.undos().stream())
        .filter(undo -> undo.app().equals(app))
        .toList();
  }

  private boolean isOpen(String run, String app) {
    SortedSet<String> apps = before.trials().unfinished().get(run);
    return apps != null && apps.contains(app);
  }

  /** Returns the activations of the app's handlers before the open transactions. */
  Map<String, String> activationsBefore(String app) {
    Set<String> ids =
        plan.handlersOf(app).stream()
            .flatMap(due -> due.activations().keySet().stream())
            .collect(Collectors.toSet());
    Map<String, String> activations = new HashMap<>();
    List<Manifest> all = new ArrayList<>(carried);
    begun.ifPresent(all::add);
    for (Manifest manifest : all) {
      manifest
          .activations()
          .forEach((id, digest) -> {
            if (ids.contains(id)) {
              activations.putIfAbsent(id, digest);
            }
          });
    }
    return activations;
  }

  /**
   * Returns the transactions that stay open: those of apps that failed without a complete rollback,
   * and of held apps. The host's changes are never rolled back, so its transaction stays open only
   * if the run was ended early.
   */
  SortedMap<String, SortedSet<String>> left(
      Applied applied, Collection<String> held, boolean aborted) {
    Set<String> open = new TreeSet<>(held);
    if (command.isRestricted()) {
      before.trials().unfinished().values().forEach(open::addAll);
      open.removeAll(plan.digests().keySet());
    }
    Set<String> back = applied.appsBack();
    for (Outcome outcome : applied.outcomes()) {
      boolean ofHost = outcome.app().isEmpty() && !aborted;
      if (!outcome.isSettled() && !ofHost && !back.contains(outcome.app())) {
        open.add(outcome.app());
      }
    }
    SortedMap<String, SortedSet<String>> left = new TreeMap<>();
    SortedMap<String, SortedSet<String>> all =
        begun.isPresent() ? open() : before.trials().unfinished();
    all.forEach((run, apps) -> {
      SortedSet<String> rest = new TreeSet<>(apps);
      rest.retainAll(open);
      if (!rest.isEmpty()) {
        left.put(run, rest);
      }
    });
    return left;
  }

  private SortedMap<String, String> notes(Applied applied) {
    SortedMap<String, String> notes = new TreeMap<>();
    for (PendingHandler due : plan.handlers()) {
      boolean skips =
          due.actions().stream().anyMatch(action -> action.step() instanceof Step.SkipRelease);
      if (skips) {
        notes.put(due.handler().app(), "Its release steps were recorded as done, not run.");
      }
    }
    for (RolledBack back : applied.rolledBack()) {
      if (back.isReleased()) {
        notes.put(back.app(), RolledBack.NOT_UNDONE);
      }
    }
    return notes;
  }

  /**
   * Adds the result of each app to the run's manifest.
   *
   * @param owned the resources that reconcile owns, including those of this run
   */
  void end(Applied applied, Collection<Address> owned) throws HostException {
    if (begun.isEmpty()) {
      return;
    }
    SortedMap<String, String> results = new TreeMap<>();
    for (Outcome outcome : applied.outcomes()) {
      boolean done = outcome.isSettled();
      results.merge(outcome.app(), done ? Manifest.CHANGED : "failed", (a, b) -> done ? a : b);
    }
    applied.appsBack().forEach(app -> results.put(app, Manifest.ROLLED_BACK));
    ManifestStore.save(host, begun.get().with(results, notes(applied)));
    new Retention(host, Retention.MOST_RUNS, Retention.MOST_BYTES).trim(open().keySet(), owned);
  }
}

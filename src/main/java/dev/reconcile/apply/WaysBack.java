package dev.reconcile.apply;

import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.SocketKind;
import dev.reconcile.kind.UnitKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Phase;
import dev.reconcile.model.Step;
import dev.reconcile.model.Undo;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The ways back of the changes of a run, and of those that killed runs have left unfinished. */
final class WaysBack {
  private final Plan plan;
  private final Transactions transactions;

  WaysBack(Plan plan, Transactions transactions) {
    this.plan = plan;
    this.transactions = transactions;
  }

  /** The ways back of an app's changes that may be live, those of killed runs first. */
  List<Undo> of(String app, PhaseTracker tracks) {
    Map<Address, Undo> ways = new LinkedHashMap<>();
    transactions.carried(app).forEach(undo -> ways.putIfAbsent(undo.address(), undo));
    for (PlannedChange planned : plan.changes()) {
      Undo undo = transactions.undoOf(planned.change());
      boolean live =
          planned.actions().isEmpty()
              ? tracks.hasReached(app, Phase.SOCKETS)
              : tracks.hasBegun(undo.address())
                  || (tracks.hasReached(app, Phase.DIVERT) && isLedAround(app, undo.address()));
      if (undo.app().equals(app) && live) {
        ways.putIfAbsent(undo.address(), undo);
      }
    }
    return ways.values().stream()
        .sorted(Comparator.comparing(Undo::phase).reversed().thenComparing(Undo::address))
        .toList();
  }

  // Requests were led around the app by its site, which then was made what it is to become: with
  // another address, before the change of the site itself has begun.
  private boolean isLedAround(String app, Address address) {
    return plan.handlers().stream()
        .filter(due -> due.handler().app().equals(app))
        .flatMap(due -> due.actions().stream())
        .anyMatch(action ->
            action.phase() == Phase.DIVERTED
                && action.step() instanceof Step.WriteFile write
                && address.equals(FileKind.address(write.path())));
  }

  /** Whether more of the app changes, here or in a killed run, than that it runs. */
  boolean changesSomethingLasting(String app) {
    return all(app)
        .map(undo -> undo.address().kind())
        .anyMatch(kind -> !kind.equals(UnitKind.NAME) && !kind.equals(SocketKind.NAME));
  }

  /** Whether a killed run has begun to change the app. */
  boolean isCarried(String app) {
    return !transactions.carried(app).isEmpty();
  }

  /**
   * Whether the app ran, by its socket, before this run and before those that were killed in the
   * midst of it: then nothing of what is undone stops it.
   */
  boolean ranBefore(String app) {
    return all(app)
        .flatMap(undo -> undo.steps().stream())
        .noneMatch(step ->
            step instanceof Step.Systemctl(Step.UnitVerb verb, _) && verb == Step.UnitVerb.STOP);
  }

  /** The way back from one change. */
  Undo undoOf(Change change) {
    return transactions.undoOf(change);
  }

  private Stream<Undo> all(String app) {
    return Stream.concat(
        transactions.carried(app).stream(),
        plan.changes().stream()
            .map(planned -> transactions.undoOf(planned.change()))
            .filter(undo -> undo.app().equals(app)));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.SocketKind;
import dev.reconcile.kind.UnitKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Layout;
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

/** The undo steps of the changes of a run, and of the unfinished changes of killed runs. */
final class WaysBack {
  private final Plan plan;
  private final Transactions transactions;

  WaysBack(Plan plan, Transactions transactions) {
    this.plan = plan;
    this.transactions = transactions;
  }

  /**
   * Returns the undo steps of an app's changes that may be live; steps of killed runs take
   * precedence.
   */
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

  // The handler diverted requests through the app's site and then wrote the planned site file, with
  // another address, before the change of the site itself began.
  private boolean isLedAround(String app, Address address) {
    return plan.handlersOf(app).stream()
        .flatMap(due -> due.actions().stream())
        .anyMatch(action ->
            action.phase() == Phase.DIVERTED
                && action.step() instanceof Step.WriteFile write
                && address.equals(FileKind.address(write.path())));
  }

  /** Reports whether this run or a killed run changes more of the app than whether it runs. */
  boolean changesSomethingLasting(String app) {
    return all(app)
        .map(undo -> undo.address().kind())
        .anyMatch(kind -> !kind.equals(UnitKind.NAME) && !kind.equals(SocketKind.NAME));
  }

  /** Reports whether a killed run has begun to change the app. */
  boolean isCarried(String app) {
    return !transactions.carried(app).isEmpty();
  }

  /**
   * Reports whether the app ran, or its socket, before this run and before the killed runs; then no
   * undo step stops it. Its background processes do not count.
   */
  boolean ranBefore(String app) {
    return all(app)
        .flatMap(undo -> undo.steps().stream())
        .noneMatch(step ->
            step instanceof Step.Systemctl(Step.UnitVerb verb, String unit)
                && verb == Step.UnitVerb.STOP
                && !Layout.isTimer(unit)
                && !Layout.isProcess(unit));
  }

  /** Returns the undo steps of a change. */
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

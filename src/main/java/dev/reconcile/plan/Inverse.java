// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import dev.reconcile.kind.Kinds;
import dev.reconcile.model.Change;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Live;
import dev.reconcile.model.Origin;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.Phase;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Role;
import dev.reconcile.model.State;
import dev.reconcile.model.Step;
import dev.reconcile.model.Undo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The way back of a change. The opposite of a change is a change too, so a kind that can make and
 * remove a resource can also restore the earlier one.
 */
public final class Inverse {
  private Inverse() {}

  /**
   * Returns the way back from {@code planned}.
   *
   * @param planned a change with its steps
   * @param before the state before the change
   */
  public static Undo of(PlannedChange planned, State before) {
    Change change = planned.change();
    List<Step.Reversible> steps = new ArrayList<>();
    Change opposite = opposite(change);
    for (PhasedStep action : Kinds.named(change.address().kind()).steps(opposite)) {
      wayBack(action.step(), opposite).ifPresent(steps::add);
    }
    for (PhasedStep action : planned.actions()) {
      if (action.step() instanceof Step.BackUp(String path)) {
        steps.add(new Step.Restore("", path));
      }
    }
    return new Undo(
        change.address(),
        change.app(),
        livePhase(change),
        ChangeLabels.verb(change),
        steps,
        Optional.ofNullable(before.owned().get(change.address())));
  }

  // Some steps have no way back here. The earlier trees are still in the store, and the newer ones
  // may be needed again. A certificate, a package or a user that exists does no harm. A site has a
  // way back of its own. The rollback itself checks the app, and a drained connection does not come
  // back.
  private static Optional<Step.Reversible> wayBack(Step step, Change opposite) {
    return switch (step) {
      case Step.DiscardTrees discard ->
          opposite instanceof Change.Delete ? Optional.of(discard) : Optional.empty();
      case Step.Reversible back -> Optional.of(back);
      case Step.BackUp _, Step.ExportTree _, Step.BuildTree _, Step.BuildVenv _ -> Optional.empty();
      // the opposite of the change removes an empty directory
      case Step.SeedDirectory _ -> Optional.empty();
      // the old path leads to the data, and what was written since stays
      case Step.MoveData _ -> Optional.empty();
      case Step.MakeUser _, Step.InstallPackage _, Step.ReplaceSite _ -> Optional.empty();
      case Step.ObtainCertificate _ -> Optional.empty();
      case Step.StartTimer _ -> Optional.empty(); // the rollback itself starts timers
      case Step.RemoveOldSockets _, Step.TestNginx _, Step.ReloadNginx _, Step.DrainNginx _ ->
          Optional.empty();
      case Step.ControlProcess _ -> Optional.empty();
      case Step.RunRelease _, Step.SkipRelease _, Step.EndHold _ -> Optional.empty();
      case Step.StandIn _, Step.LeadSocket _, Step.LeadBack _, Step.DrainAddress _ ->
          Optional.empty();
      case Step.AwaitHealth _, Step.Rehearse _, Step.StartStandby _, Step.StopStandby _ ->
          Optional.empty();
    };
  }

  private static Change opposite(Change change) {
    return switch (change) {
      case Change.Create c -> new Change.Delete(c.after().spec(), OwnedResource.of(c.after()));
      case Change.Update u -> back(u.after(), u.before());
      case Change.TakeOver t when t.before() instanceof Live.Present present ->
          back(t.after(), present.spec());
      case Change.TakeOver t -> new Change.Delete(t.after().spec(), OwnedResource.of(t.after()));
      case Change.Delete d ->
          new Change.Create(
              new Declared(
                  d.address(),
                  d.before(),
                  d.app(),
                  d.owned().role(),
                  d.owned().notifies(),
                  Origin.of("")));
    };
  }

  private static Change back(Declared after, Record before) {
    return new Change.Update(
        after.spec(),
        new Declared(
            after.address(), before, after.app(), after.role(), after.notifies(), after.origin()));
  }

  /** Returns the phase from which the change takes effect. */
  static Phase livePhase(Change change) {
    Role role = ChangeLabels.role(change);
    if (change instanceof Change.Delete) {
      return role.removing();
    }
    return role == Role.CHECKOUT || role == Role.VENV ? Phase.SWITCH : role.making();
  }
}

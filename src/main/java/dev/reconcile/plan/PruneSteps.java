// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import dev.reconcile.kind.Kinds;
import dev.reconcile.kind.Observer;
import dev.reconcile.kind.UnitKind;
import dev.reconcile.model.Change;
import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Layout;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.Phase;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Role;
import dev.reconcile.model.Step;
import dev.reconcile.model.UnitFilePath;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The steps that remove a resource that has left the repo, and their phases. */
final class PruneSteps {
  private static final Set<Role> EARLY =
      Set.of(Role.UNIT_FILE, Role.SETTINGS, Role.FILE, Role.HOST_FILE);

  private final DesiredState desired;

  PruneSteps(DesiredState desired) {
    this.desired = desired;
  }

  /** Returns the steps of a deletion; a store that another resource of the app uses is kept. */
  List<PhasedStep> of(Change.Delete change) {
    OwnedResource owned = change.owned();
    return Stream.concat(
            Kinds.named(owned.address().kind()).steps(change).stream()
                .filter(action -> !isInUse(action, owned))
                .map(action -> early(action, owned)),
            endOfRun(owned))
        .toList();
  }

  // A schedule that goes leaves its last run alone, and nobody asks for its result any more. With
  // the app, its trees go.
  private Stream<PhasedStep> endOfRun(OwnedResource owned) {
    String unit = owned.address().name();
    if (!owned.address().kind().equals(UnitKind.NAME) || !Layout.isTimer(unit)) {
      return Stream.empty();
    }
    Step.UnitVerb verb =
        desired.apps().contains(owned.app()) ? Step.UnitVerb.RESET_FAILED : Step.UnitVerb.STOP;
    Step end = new Step.Systemctl(verb, Layout.scheduleOf(unit));
    return Stream.of(new PhasedStep(Phase.STOP_INSTANCES, end));
  }

  // A resource that a remaining app no longer needs must be gone before its units are loaded and
  // restarted, and so must a drop-in of the units that all apps share.
  private PhasedStep early(PhasedStep action, OwnedResource owned) {
    boolean stays =
        desired.apps().contains(owned.app())
            || owned.notifies().stream()
                .anyMatch(
                    id -> !id.equals(Observer.DAEMON_RELOAD) && desired.handlers().containsKey(id))
            || (isDropInOfAll(owned) && !desired.apps().isEmpty());
    boolean settings = EARLY.contains(owned.role());
    return stays && settings && !isOfGoingProcess(owned)
        ? new PhasedStep(owned.role().making(), action.step())
        : action;
  }

  // It is stopped with its own stop timeout.
  private boolean isOfGoingProcess(OwnedResource owned) {
    return UnitFilePath.of(owned.address().name())
        .map(UnitFilePath::unit)
        .filter(Layout::isProcess)
        .filter(unit -> !desired.resources().containsKey(UnitKind.address(unit)))
        .isPresent();
  }

  private static boolean isDropInOfAll(OwnedResource owned) {
    return owned.app().isEmpty()
        && owned.role() == Role.UNIT_FILE
        && owned.address().name().contains(".d/");
  }

  // An app whose directory moves has the same store before and after.
  private boolean isInUse(PhasedStep action, OwnedResource owned) {
    return action.step() instanceof Step.DiscardTrees
        && desired.resources().values().stream()
            .anyMatch(other ->
                other.app().equals(owned.app())
                    && other.address().kind().equals(owned.address().kind()));
  }
}

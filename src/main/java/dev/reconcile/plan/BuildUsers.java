// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import dev.reconcile.model.Declared;
import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Live;
import dev.reconcile.model.LiveState;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Role;
import dev.reconcile.model.Step;
import java.util.List;
import java.util.function.Predicate;

/** The system users that the builds of a plan need: a plan without builds creates none. */
final class BuildUsers {
  private BuildUsers() {}

  /**
   * Returns the missing build users.
   *
   * @param desired the desired state
   * @param live the live state
   * @param changes the other changes of the plan
   */
  static List<Declared> missing(DesiredState desired, LiveState live, List<PlannedChange> changes) {
    // an app builds its virtualenv and its tree one after the other
    long builds =
        Math.max(
            count(changes, Step.BuildVenv.class::isInstance),
            count(changes, Step.BuildTree.class::isInstance));
    return desired.resources().values().stream()
        .filter(declared -> declared.role() == Role.BUILDER)
        .limit(builds)
        .filter(declared -> live.at(declared.address()) instanceof Live.Absent)
        .toList();
  }

  private static long count(List<PlannedChange> changes, Predicate<Step> isBuild) {
    return changes.stream()
        .flatMap(planned -> planned.actions().stream())
        .map(PhasedStep::step)
        .filter(isBuild)
        .count();
  }
}

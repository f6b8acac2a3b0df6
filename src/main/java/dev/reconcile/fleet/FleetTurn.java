// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import dev.reconcile.fleet.FleetRecord.Grant;
import dev.reconcile.fleet.FleetRecord.Soak;

/**
 * What a run does next about its turn.
 *
 * <p>Invariant: whatever a run does before {@link Apply} changes nothing on the host but the record
 * of its turns, and new directories that nothing uses.
 */
public sealed interface FleetTurn {
  /** A turn after which the run asks again, with what it has come to know. */
  sealed interface Interim extends FleetTurn {}

  /** A turn with which the questions end. */
  sealed interface Final extends FleetTurn {}

  /** Reads the gate and this host's row. */
  record Read() implements Interim {}

  /** Exchanges the gate, this host's row, or both. */
  record Ask(Exchange change) implements Interim {}

  /** Saves the record of this host's turns. */
  record Save(FleetRecord record) implements Interim {}

  /**
   * Fetches git's newest commit, and finds out what a release of it would be.
   *
   * @param than the newest release
   */
  record FetchNewest(FleetRelease than) implements Interim {}

  /** Fetches a release and makes the plan for it. */
  record MakePlan(FleetRelease release) implements Interim {}

  /**
   * Builds a release in new directories that nothing uses, so that the slot is held only for the
   * switch. Whether that works out is of no matter: the run that applies the release tries again.
   */
  record Prepare(FleetRelease release) implements Interim {}

  /**
   * Asks every app for its health, and whether a unit has restarted since the soak began.
   *
   * @param soak the soak that is over
   */
  record Examine(Soak soak) implements Interim {}

  /** Repairs drift at the last applied commit, as on a single host. */
  record Nothing() implements Final {}

  /**
   * Applies a release.
   *
   * @param grant what is saved before the first change
   * @param hasSlot whether changes are allowed; a plan without changes needs no slot
   */
  record Apply(Grant grant, boolean hasSlot) implements Final {}

  /** Repairs drift at the last applied commit; something newer waits. */
  record Wait(WaitReason reason) implements Final {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

/** A reason for which a host gets no slot now. */
public enum Refusal {
  /** An operator has halted the rollout. */
  HELD,
  /** The release has failed, on a canary or on too many hosts. */
  FAILED,
  /** Every slot has a holder. */
  SLOTS,
  /** The hosts that are at it must take the release before more begin. */
  RAMP,
  /** Another host runs release steps. */
  STEP
}

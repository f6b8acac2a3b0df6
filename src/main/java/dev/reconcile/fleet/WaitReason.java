// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

/** A reason for which a run does not go to something newer. */
public enum WaitReason {
  /** Every slot has a holder. */
  SLOTS("Waits for its turn"),
  /** The hosts that are at it must take the release before more begin. */
  RAMP("Waits for its turn"),
  /** Another host runs release steps. */
  STEP("Waits for its turn"),
  /** This host's copy of a repository does not have the commit yet. */
  MIRROR("Waits for its turn"),
  /** Git's newest commit is not after the newest release. */
  REWOUND("Waits for its turn"),
  /** This host is ahead of the release, or on another branch. */
  AHEAD("Waits for its turn"),
  /** The release failed on this host, and not on as many as end it. */
  FAILED_HERE("Waits for its turn"),
  /** The canaries try an earlier commit, or this one. */
  CANARIES("Waits for the canaries"),
  /** An operator has halted the rollout. */
  HELD("The rollout is halted"),
  /** The release has failed, on a canary or on too many hosts. */
  FAILED("The rollout is halted"),
  /** Two machines have this host's name. */
  SHARED_NAME("Another machine has this name"),
  /** The gate is missing, or older than one that this host has seen. */
  NO_RECORD("The engine has no record of this group");

  private final String summary;

  WaitReason(String summary) {
    this.summary = summary;
  }

  /** Returns the summary of its diagnostics: always the same for the same reason. */
  public String summary() {
    return summary;
  }

  /** Returns the reason that follows from a refusal. */
  static WaitReason of(Refusal refusal) {
    return switch (refusal) {
      case HELD -> HELD;
      case FAILED -> FAILED;
      case SLOTS -> SLOTS;
      case RAMP -> RAMP;
      case STEP -> STEP;
    };
  }
}

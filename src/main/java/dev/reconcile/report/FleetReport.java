// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

/**
 * The turn of a host in its fleet, as a run leaves it.
 *
 * @param group the name of the group
 * @param release the number of the release that the run was about; 0 if it has asked for none
 * @param state what the run did with it
 * @param because why, in a sentence; empty if the state says all
 * @param failedHosts the number of hosts on which a release failed; -1 if the run has not asked
 */
public record FleetReport(String group, int release, State state, String because, int failedHosts) {
  /** What a run did about the release. */
  public enum State {
    /** The host has it, or there is nothing newer. */
    CURRENT("current"),
    /** The host has taken it. */
    TAKEN("taken"),
    /** The host waits for its turn or for the canaries. */
    WAITING("waiting"),
    /** The rollout is halted, or the release has failed. */
    HALTED("halted"),
    /** The release failed on this host. */
    FAILED("failed"),
    /** The engine could not be asked. */
    UNREACHABLE("unreachable"),
    /** The run went to the newest commit without asking. */
    OUT_OF_TURN("out of turn");

    private final String word;

    State(String word) {
      this.word = word;
    }

    /** Returns the word in reports. */
    public String word() {
      return word;
    }
  }
}

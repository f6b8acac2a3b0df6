// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import java.util.List;

/**
 * What a host says about a release. It is on the host's disk until the engine has it.
 *
 * @param release the number of the release, as in the holder's entry
 * @param commit the commit of the release
 * @param outcome what the release came to on this host
 * @param failures the failed apps, a line each
 */
public record Word(int release, String commit, Outcome outcome, List<String> failures) {
  /** What a release came to on a host. */
  public enum Outcome {
    /** The host has taken the release with changes, and every app answers. */
    WELL,
    /** The host has the release, and nothing had to be changed. */
    UNCHANGED,
    /** The host has done what its last applied commit needed, under a slot. */
    REPAIRED,
    /** The release failed, and every app answers again. */
    TAKEN_BACK,
    /** The release failed, and something does not answer. */
    UNWELL,
    /** A canary has stayed well for the time of the soak. */
    PROVED,
    /** A canary has not stayed well. */
    NOT_PROVED
  }

  public Word {
    failures = HostRow.lines(failures);
  }

  /** Tells whether this is a failure of the release. */
  public boolean isFailure() {
    return outcome == Outcome.TAKEN_BACK
        || outcome == Outcome.UNWELL
        || outcome == Outcome.NOT_PROVED;
  }
}

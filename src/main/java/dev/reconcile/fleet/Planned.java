// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a host knows of a release after it has fetched it and made its plan.
 *
 * @param release the number of the release
 * @param result what the plan says
 * @param pins the commits of the sources that this host needs and the release does not pin yet
 */
public record Planned(int release, Result result, SortedMap<String, String> pins) {
  /** What a plan says. */
  public enum Result {
    /** The host's copy of a repository does not have the release's commit yet. */
    MISSING,
    /** The host is not before the release: it is ahead, or on another branch. */
    AHEAD,
    /** Nothing has to be changed. */
    EMPTY,
    /** Something has to be changed. */
    CHANGES,
    /** A release step is due. */
    STEP
  }

  public Planned {
    pins = Collections.unmodifiableSortedMap(new TreeMap<>(pins));
  }
}

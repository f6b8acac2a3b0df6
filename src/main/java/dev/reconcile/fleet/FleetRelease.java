// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

/**
 * A release of a group: what its hosts go to together.
 *
 * @param number its number, from 1; a later release has a greater one
 * @param revisions its commit, and the commits at which its sources are pinned
 * @param numbers the numbers that count once it is the stable release
 */
public record FleetRelease(int number, Revisions revisions, FleetNumbers numbers) {
  public FleetRelease {
    if (number < 1 || revisions.commit().isEmpty()) {
      throw new IllegalArgumentException("a release has a number and a commit");
    }
  }

  /** Returns the release with other revisions. */
  FleetRelease with(Revisions others) {
    return new FleetRelease(number, others, numbers);
  }
}

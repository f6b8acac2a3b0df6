// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

/** The ancestry of commits, as this host's copies of the repositories have it. */
@FunctionalInterface
public interface History {
  /** The name of the repository of the desired state; every other name is that of a source. */
  String DESIRED_STATE = "";

  /**
   * Returns the position of a commit in relation to another.
   *
   * @param repository {@link #DESIRED_STATE}, or the name of a source
   * @param from a full commit id
   * @param to a full commit id; its position is returned
   */
  Relation relation(String repository, String from, String to);
}

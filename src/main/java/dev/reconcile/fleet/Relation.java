// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

/** The position of a commit in relation to an earlier look at the same repository. */
public enum Relation {
  /** The same commit. */
  SAME,
  /** A descendant. */
  AFTER,
  /** An ancestor. */
  BEFORE,
  /** Neither of them is an ancestor of the other. */
  APART,
  /** One of them is not in this host's copy of the repository. */
  UNKNOWN
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

/**
 * The newest gate that a host has seen.
 *
 * @param start the start of the group
 * @param revision the gate's {@code mod_revision}
 * @param release the newest release
 */
public record Seen(int start, long revision, int release) {
  /** Tells whether a gate is older than this one: wiped, or restored from a backup. */
  boolean isNewerThan(Gate gate, long itsRevision) {
    return start > gate.start() || (start == gate.start() && revision > itsRevision);
  }
}

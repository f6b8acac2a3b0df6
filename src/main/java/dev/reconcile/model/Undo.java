// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.List;
import java.util.Optional;

/**
 * The reversal of a change of a resource. It can be executed at any time and repeatedly: its steps
 * describe the target state, not the difference.
 *
 * @param address the resource
 * @param app the app that it belongs to; empty for the host
 * @param phase the phase in which the change took effect; changes of later phases are reverted
 *     first
 * @param verb the kind of change, such as {@code update}
 * @param steps the steps, in order
 * @param owned the record of the resource after the reversal; empty if reconcile did not own it
 */
public record Undo(
    Address address,
    String app,
    Phase phase,
    String verb,
    List<Step.Reversible> steps,
    Optional<OwnedResource> owned) {
  public Undo {
    steps = List.copyOf(steps);
  }
}

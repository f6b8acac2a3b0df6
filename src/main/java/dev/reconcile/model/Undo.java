package dev.reconcile.model;

import java.util.List;
import java.util.Optional;

/**
 * How one resource gets back to what it was before a change. It can be done at any time and more
 * than once: its steps say what there shall be, not what is to be different.
 *
 * @param address the resource
 * @param app the app it belongs to, empty for the host
 * @param phase the phase that made the change live; a later one is undone earlier
 * @param verb what the change was, such as {@code update}
 * @param steps in order
 * @param owned what is remembered of the resource when it is as before; empty if it was not ours
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

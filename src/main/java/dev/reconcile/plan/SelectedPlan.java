// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.LiveState;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The part of a plan that a {@link Selection} names. An apply does the rest. */
final class SelectedPlan {
  private SelectedPlan() {}

  /**
   * Returns the selected part.
   *
   * @param options options with a selection
   * @param whole the plan without the selection
   */
  static Plan of(DesiredState desired, LiveState live, PlanOptions options, Plan whole) {
    Selection selection = options.selection().orElseThrow();
    SortedMap<String, Diagnostic> fault = new TreeMap<>(whole.held());
    fault.keySet().retainAll(Set.of(selection.app()));
    List<PlannedChange> changes =
        whole.changes().stream()
            .filter(planned -> selection.resources().contains(planned.change().address()))
            .toList();
    List<PendingHandler> handlers =
        live.services() && fault.isEmpty()
            ? new Handlers(desired, live, options, Set.of()).selected(changes, selection.handlers())
            : List.of();
    SortedMap<String, String> digests = new TreeMap<>();
    if (!changes.isEmpty() || !handlers.isEmpty()) {
      digests.put(selection.app(), Digests.ofApp(desired, selection.app()));
    }
    return new Plan(
        desired.revision(),
        changes,
        handlers,
        whole.claims().stream()
            .filter(owned -> selection.resources().contains(owned.address()))
            .toList(),
        Set.of(),
        whole.leftOut(),
        whole.unchanged(),
        fault,
        digests,
        HostChanges.of(changes),
        List.of());
  }
}

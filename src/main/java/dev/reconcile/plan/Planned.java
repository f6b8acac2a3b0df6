package dev.reconcile.plan;

import dev.reconcile.model.Action;
import dev.reconcile.model.Change;
import java.util.List;

/**
 * A change and the steps that make it.
 *
 * @param change what differs
 * @param actions how it is made, each step in its phase
 */
public record Planned(Change change, List<Action> actions) {
  public Planned {
    actions = List.copyOf(actions);
  }
}

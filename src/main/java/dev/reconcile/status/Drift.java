// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import dev.reconcile.model.Change;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.plan.ChangeLabels;
import java.util.List;

/**
 * The differences between the live state and the last applied commit.
 *
 * @param state whether there is drift
 * @param differences each difference; if drift cannot be known, one with the reason
 */
public record Drift(State state, List<Difference> differences) {
  /** Whether there is drift. */
  public enum State {
    NONE,
    DRIFTED,
    UNKNOWN
  }

  /**
   * One difference.
   *
   * @param action the action that an apply would take, as in {@code update file X}
   * @param problem the difference as a problem: a sentence without a full stop
   */
  public record Difference(String action, String problem) {
    /** Creates a difference from an action of an apply that is not a change. */
    public static Difference of(String action) {
      return new Difference(action, "Drift: apply would " + action);
    }

    /**
     * Creates a difference from a handover.
     *
     * @param other the app that takes part in it, and what is handed over, in words
     */
    static Difference waiting(String other) {
      return new Difference(
          "wait for " + other,
          "It waits for %s, because a run changes both apps or neither".formatted(other));
    }

    /**
     * Creates a difference from a change that an apply would make.
     *
     * @param change the change
     * @param note an addition to the resource's name; may be empty
     */
    static Difference of(Change change, String note) {
      String resource = change.address() + note;
      String problem =
          switch (change) {
            case Change.Create _ -> " is missing (apply would create it)";
            case Change.Update _ -> " differs (apply would update it)";
            case Change.TakeOver _ -> " is not owned by reconcile (apply would take it over)";
            case Change.Delete _ -> " has left the repo (apply would delete it)";
          };
      return new Difference(
          ChangeLabels.verb(change) + " " + resource, "Drift: " + resource + problem);
    }
  }

  public Drift {
    differences = List.copyOf(differences);
  }

  /** Creates a drift with these differences; there is no drift if they are empty. */
  static Drift of(List<Difference> differences) {
    return new Drift(differences.isEmpty() ? State.NONE : State.DRIFTED, differences);
  }

  /** Creates a drift that cannot be known, with the reason. */
  static Drift unknown(String reason) {
    return new Drift(State.UNKNOWN, List.of(new Difference(reason, "Drift is unknown: " + reason)));
  }

  /** Returns the actions that an apply would take; if drift cannot be known, the reason. */
  public List<String> what() {
    return differences.stream().map(Difference::action).toList();
  }

  /** Returns the differences as problems. */
  List<Diagnostic> problems() {
    return differences.stream()
        .map(difference -> Diagnostic.error("Drift", difference.problem()))
        .toList();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import dev.reconcile.model.Change;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.plan.ChangeLabels;
import java.util.List;

/**
 * Whether something is as the commit that was last applied says.
 *
 * @param state whether it is
 * @param differences each difference; if drift cannot be known, one with the reason
 */
public record Drift(State state, List<Difference> differences) {
  /** What is known. */
  public enum State {
    NONE,
    DRIFTED,
    UNKNOWN
  }

  /**
   * One difference.
   *
   * @param action the action that an apply would take, as in {@code update file X}
   * @param problem the same as a problem of the host, a sentence without a full stop
   */
  public record Difference(String action, String problem) {
    /** Any other action of an apply. */
    public static Difference of(String action) {
      return new Difference(action, "Drift: apply would " + action);
    }

    /**
     * A change that an apply would make.
     *
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

  /** No drift if {@code differences} is empty. */
  static Drift of(List<Difference> differences) {
    return new Drift(differences.isEmpty() ? State.NONE : State.DRIFTED, differences);
  }

  /** Drift that cannot be known. */
  static Drift unknown(String reason) {
    return new Drift(
        State.UNKNOWN, List.of(new Difference(reason, "Drift cannot be known: " + reason)));
  }

  /** The actions that an apply would take; if drift cannot be known, the reason. */
  public List<String> what() {
    return differences.stream().map(Difference::action).toList();
  }

  /** The differences as problems. */
  List<Diagnostic> problems() {
    return differences.stream()
        .map(difference -> Diagnostic.error("Drift", difference.problem()))
        .toList();
  }
}

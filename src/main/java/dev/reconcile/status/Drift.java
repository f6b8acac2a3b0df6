package dev.reconcile.status;

import java.util.List;

/**
 * Whether something is as the commit that was last applied says.
 *
 * @param state whether it is
 * @param what what an apply would do; if it cannot be known, why
 */
public record Drift(State state, List<String> what) {
  /** What is known. */
  public enum State {
    NONE,
    DRIFTED,
    UNKNOWN
  }

  public Drift {
    what = List.copyOf(what);
  }

  /** None if {@code what} is empty. */
  static Drift of(List<String> what) {
    return new Drift(what.isEmpty() ? State.NONE : State.DRIFTED, what);
  }

  /** It cannot be known. */
  static Drift unknown(String because) {
    return new Drift(State.UNKNOWN, List.of(because));
  }
}

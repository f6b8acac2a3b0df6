// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

/**
 * What an app answers now.
 *
 * @param state whether it is as it should be
 * @param status the HTTP status; 0 if there was none
 * @param millis how long the answer took
 * @param words what came instead of a good answer; empty after one
 */
public record Health(State state, int status, long millis, String words) {
  /** Whether an app answers as it should. */
  public enum State {
    HEALTHY,
    UNHEALTHY,
    /** Asking it would start what does not run, or there is nothing that could run. */
    NOT_ASKED
  }

  /** Not asked, for a reason. */
  static Health notAsked(String because) {
    return new Health(State.NOT_ASKED, 0, 0, because);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

/**
 * The answer of an app to the health check.
 *
 * @param state whether the app is healthy
 * @param status the HTTP status; 0 if there was no answer
 * @param millis the time until the answer or the failure, in milliseconds
 * @param words why the app is not healthy, or why it was not asked; empty if it is healthy
 */
public record Health(State state, int status, long millis, String words) {
  /** Whether an app is healthy. */
  public enum State {
    HEALTHY,
    UNHEALTHY,
    /** A request would start a process that does not run, or the app has no process to run. */
    NOT_ASKED
  }

  /** Creates the health of an app that was not asked, with the reason. */
  static Health notAsked(String because) {
    return new Health(State.NOT_ASKED, 0, 0, because);
  }
}

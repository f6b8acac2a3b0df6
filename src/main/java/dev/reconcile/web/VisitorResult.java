// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.web;

import java.util.Optional;

/**
 * The result of a request to a site as a visitor.
 *
 * @param state whether nginx hands the request to the app or answers by the site's own rules
 * @param url the requested URL; empty without a request
 * @param status the HTTP status; 0 without an answer
 * @param millis the duration, in milliseconds
 * @param words the reason why there was no request or no answer; empty after an answer
 * @param failure the failure; empty unless the state is {@link State#BLOCKED}
 */
public record VisitorResult(
    State state, String url, int status, long millis, String words, Optional<SiteFailure> failure) {
  /** States of a site as visitors see it. */
  public enum State {
    SERVED,
    BLOCKED,
    /** The site cannot be requested from this machine, or the app itself is at fault. */
    UNKNOWN
  }

  static VisitorResult unknown(String url, String words) {
    return new VisitorResult(State.UNKNOWN, url, 0, 0, words, Optional.empty());
  }

  /** Creates the result of a site that was not requested, with the reason. */
  public static VisitorResult notAsked(String because) {
    return unknown("", because);
  }

  static VisitorResult blocked(String url, int status, long millis, SiteFailure failure) {
    return new VisitorResult(
        State.BLOCKED, url, status, millis, failure.kind().summary(), Optional.of(failure));
  }

  /** Returns the result with a failure. */
  VisitorResult with(SiteFailure fault) {
    return blocked(url, status, millis, fault);
  }

  /** Reports whether a failure keeps visitors from the app. */
  public boolean isBlocked() {
    return state == State.BLOCKED;
  }
}

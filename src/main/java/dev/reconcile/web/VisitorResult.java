package dev.reconcile.web;

import java.util.Optional;

/**
 * What a visitor of a site gets.
 *
 * @param state whether nginx hands the request to the app, or answers by the site's own rules
 * @param url what was asked for; empty if nothing was
 * @param status the HTTP status; 0 if there was no answer
 * @param millis how long the answer took
 * @param words why it was not asked, or what came instead of an answer; empty after one
 * @param obstacle what is in the way; empty unless the state is {@link State#BLOCKED}
 */
public record VisitorResult(
    State state,
    String url,
    int status,
    long millis,
    String words,
    Optional<SiteFailure> obstacle) {
  /** What is known. */
  public enum State {
    SERVED,
    BLOCKED,
    /** It cannot be asked from here, or the app is at fault and not the way to it. */
    UNKNOWN
  }

  static VisitorResult unknown(String url, String words) {
    return new VisitorResult(State.UNKNOWN, url, 0, 0, words, Optional.empty());
  }

  /** Not asked, for a reason. */
  public static VisitorResult notAsked(String because) {
    return unknown("", because);
  }

  static VisitorResult blocked(String url, int status, long millis, SiteFailure obstacle) {
    return new VisitorResult(
        State.BLOCKED, url, status, millis, obstacle.kind().summary(), Optional.of(obstacle));
  }

  /** The same, of which something else is the matter. */
  VisitorResult with(SiteFailure fault) {
    return blocked(url, status, millis, fault);
  }

  /** Whether something is in the way. */
  public boolean isBlocked() {
    return state == State.BLOCKED;
  }
}

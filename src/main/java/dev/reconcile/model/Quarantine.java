package dev.reconcile.model;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A revision of an app that was tried and did not come up. It is not tried again until the app's
 * desired state is another one, or something of the host's own changes, on which the app may
 * depend.
 *
 * @param digest of everything the app should have been
 * @param run the run that tried it
 * @param reason what went wrong, on one line
 * @param undone the changes of the host's own that this run planned and did not make, as in a plan:
 *     as long as a plan has no other ones, there is no reason to try again
 */
public record Quarantine(String digest, String run, String reason, SortedSet<String> undone) {
  private static final String BY_HAND = "a person went back to ";

  public Quarantine {
    undone = Collections.unmodifiableSortedSet(new TreeSet<>(undone));
  }

  /** One of a run that made all that it planned of the host's own. */
  public Quarantine(String digest, String run, String reason) {
    this(digest, run, reason, new TreeSet<>());
  }

  /**
   * A revision that a person does not want.
   *
   * @param digest of everything the app should have been
   * @param run the run that went back
   * @param base the run to whose end it went back
   */
  public static Quarantine byHand(String digest, String run, String base) {
    return new Quarantine(digest, run, BY_HAND + base);
  }

  /** Whether a change of the host's own is a reason to try again: not against a person's word. */
  public boolean endsWithHost() {
    return !reason.startsWith(BY_HAND);
  }

  /** The same for another form of the digest. */
  public Quarantine withDigest(String other) {
    return new Quarantine(other, run, reason, undone);
  }

  /** The same with what its run did not make of the host's own. */
  public Quarantine withUndone(SortedSet<String> changes) {
    return new Quarantine(digest, run, reason, changes);
  }
}

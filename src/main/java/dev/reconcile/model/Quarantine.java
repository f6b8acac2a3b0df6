// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A quarantined revision of an app: it was applied and became unhealthy. It is not retried until
 * the app's desired state changes, or a resource of the host's own, on which the app may depend.
 *
 * @param digest the digest of the app's whole desired state
 * @param run the run that applied it
 * @param reason the cause of the failure, on one line
 * @param undone the changes of the host's own that this run planned and did not make; while a plan
 *     has no others, there is no reason to try again
 */
public record Quarantine(String digest, String run, String reason, SortedSet<String> undone) {
  /** The summary of each message that an app is held by its quarantine. */
  public static final String SUMMARY = "App in quarantine";

  private static final String BY_HAND = "rolled back by hand to ";

  // the words of the versions up to 0.1.0, which are in their state files
  private static final String BY_HAND_ONCE = "a person went back to ";

  public Quarantine {
    if (reason.startsWith(BY_HAND_ONCE)) {
      reason = BY_HAND + reason.substring(BY_HAND_ONCE.length());
    }
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

  /**
   * Returns the warning that the app is held, with the reason, the run that has held it and the
   * command that ends the quarantine.
   *
   * @param app the name of the app
   */
  public Diagnostic diagnostic(String app) {
    return Diagnostic.warning(SUMMARY, sentence(app) + " " + end(endsWithHost()))
        .withCommand(command(app));
  }

  /**
   * Returns the sentences that tell since when the app is held, by which run and why.
   *
   * @param app the name of the app
   */
  public String sentence(String app) {
    return "%s is held%s by run %s. Reason: %s."
        .formatted(
            app,
            RunStart.of(run).map(start -> " since " + start.text() + ",").orElse(""),
            run,
            reason);
  }

  /**
   * Returns the sentence that tells what ends a quarantine; {@link #command} is to follow it.
   *
   * @param endsWithHost whether a change of the host's own does
   */
  public static String end(boolean endsWithHost) {
    return """
    No run tries this revision again until the app changes in the repo%s or you run this \
    command.\
    """
        .formatted(endsWithHost ? ", a resource of the host's own changes," : "");
  }

  /** Returns the command that ends the quarantine of an app and tries its revision again. */
  public static String command(String app) {
    return "reconcile apply --only " + app;
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

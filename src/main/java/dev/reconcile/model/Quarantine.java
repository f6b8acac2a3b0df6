// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A quarantined revision of an app: it was applied and became unhealthy. It is not retried until
 * the app's desired state changes, or a resource of the host's own, on which the app may depend, or
 * a file of its units that reconcile did not make.
 *
 * @param digest the digest of the app's whole desired state
 * @param run the run that applied it
 * @param reason the cause of the failure, on one line
 * @param undone the changes of the host's own that this run planned and did not make; while a plan
 *     has no others, there is no reason to try again
 * @param unitFiles the files of the app's units that reconcile did not make, at the end of this
 *     run, each as its path, a space, and a digest; empty if they are not known, as in the state of
 *     an earlier version, and for a revision that a person does not want
 */
public record Quarantine(
    String digest,
    String run,
    String reason,
    SortedSet<String> undone,
    Optional<SortedSet<String>> unitFiles) {
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
    unitFiles = unitFiles.map(files -> Collections.unmodifiableSortedSet(new TreeSet<>(files)));
  }

  /** One of a run that made all that it planned of the host's own, with unknown unit files. */
  public Quarantine(String digest, String run, String reason) {
    this(digest, run, reason, new TreeSet<>(), Optional.empty());
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
    List<String> others =
        unitFiles.orElseGet(TreeSet::new).stream()
            .map(Quarantine::path)
            .filter(path -> UnitFilePath.of(path).stream().anyMatch(Quarantine::isOfApps))
            .toList();
    String more =
        others.isEmpty()
            ? ""
            : """
             Its units have files that reconcile did not make: %s. Their change ends the \
            quarantine, too.\
            """
                .formatted(String.join(", ", others));
    return Diagnostic.warning(SUMMARY, sentence(app) + more + " " + end(endsWithHost()))
        .withCommand(command(app));
  }

  // A drop-in for all services of the host is part of the system.
  private static boolean isOfApps(UnitFilePath file) {
    return Layout.isOfApps(file.unit());
  }

  private static String path(String file) {
    return file.substring(0, file.lastIndexOf(' '));
  }

  /**
   * Returns the paths of the unit files that differ from those of this record; empty if none does,
   * or if those of this record are not known.
   *
   * @param now the files of the app's units that reconcile did not make, each as its path, a space,
   *     and a digest
   */
  public SortedSet<String> changedUnitFiles(SortedSet<String> now) {
    NavigableSet<String> changed = new TreeSet<>();
    unitFiles.ifPresent(before -> {
      Stream.concat(before.stream(), now.stream())
          .filter(file -> !before.contains(file) || !now.contains(file))
          .map(Quarantine::path)
          .forEach(changed::add);
    });
    return changed;
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
    return new Quarantine(other, run, reason, undone, unitFiles);
  }

  /** The same with the files of the app's units that reconcile did not make. */
  public Quarantine withUnitFiles(Optional<SortedSet<String>> files) {
    return new Quarantine(digest, run, reason, undone, files);
  }

  /** The same with what its run did not make of the host's own. */
  public Quarantine withUndone(SortedSet<String> changes) {
    return new Quarantine(digest, run, reason, changes, unitFiles);
  }
}

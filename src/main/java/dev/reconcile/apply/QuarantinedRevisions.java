// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.model.Quarantine;
import dev.reconcile.plan.Plan;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The quarantined revisions during a run.
 *
 * <p>Invariant: a revision that the run tries is quarantined only if it fails in this run. If the
 * run is killed, the next run therefore continues with that revision.
 */
final class QuarantinedRevisions {
  private final Plan plan;
  private final String run;
  private final boolean isTrying;
  private final NavigableMap<String, Quarantine> all;

  /**
   * Creates the quarantined revisions at the start of a run.
   *
   * @param before the quarantined revisions of earlier runs, by app
   * @param plan the plan of the run
   * @param run the name of the run
   * @param isTrying whether the run tries revisions; if not, every quarantine stays
   */
  QuarantinedRevisions(
      SortedMap<String, Quarantine> before, Plan plan, String run, boolean isTrying) {
    this.plan = plan;
    this.run = run;
    this.isTrying = isTrying;
    this.all = new TreeMap<>(before);
    all.entrySet()
        .removeIf(entry -> isTrying && entry.getValue().digest().equals(digest(entry.getKey())));
  }

  private String digest(String app) {
    String digest = plan.digests().get(app);
    return digest == null ? "" : digest;
  }

  /**
   * Quarantines the revision of {@code app} that the run has tried.
   *
   * @param unitFiles the files of its units that reconcile did not make, empty if unknown
   */
  void add(String app, String reason, Optional<SortedSet<String>> unitFiles) {
    all.put(app, new Quarantine(digest(app), run, reason).withUnitFiles(unitFiles));
  }

  /** Returns the quarantined revision of each app that has one, by app. */
  SortedMap<String, Quarantine> all() {
    return Collections.unmodifiableSortedMap(all);
  }

  /**
   * Ends the run. If the run has changed a resource of the host, revisions that earlier runs have
   * quarantined are tried again, except those that a person has quarantined. A revision that this
   * run has quarantined waits for the changes of the host that this run could not make.
   *
   * @param outcomes the outcomes of the plan
   * @param isOver whether an app matches the repository and works, so that its quarantine ends
   */
  void end(List<Outcome> outcomes, Predicate<String> isOver) {
    if (!isTrying) {
      return;
    }
    all.keySet().removeIf(isOver);
    SortedSet<String> undone = new TreeSet<>(plan.hostChanges());
    for (Outcome outcome : outcomes) {
      if (outcome instanceof Outcome.Done && outcome.app().isEmpty()) {
        undone.removeIf(change -> change.startsWith(outcome.subject() + " "));
      }
    }
    boolean anyDone = undone.size() < plan.hostChanges().size();
    all.values()
        .removeIf(
            quarantine -> anyDone && quarantine.endsWithHost() && !quarantine.run().equals(run));
    all.replaceAll((app, quarantine) ->
        quarantine.run().equals(run) ? quarantine.withUndone(undone) : quarantine);
  }
}

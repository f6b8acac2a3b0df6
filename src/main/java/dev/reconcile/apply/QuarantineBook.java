// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.model.Quarantine;
import dev.reconcile.plan.Plan;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which revisions are in quarantine, as a run goes on.
 *
 * <p>Invariant: a revision that the run tries is in quarantine only if it fails in this run; so if
 * the run is killed, the next one carries on with what it has begun.
 */
final class QuarantineBook {
  private final Plan plan;
  private final String run;
  private final NavigableMap<String, Quarantine> all;

  /**
   * @param before those of earlier runs
   * @param plan what the run does
   * @param run the run's name
   */
  QuarantineBook(SortedMap<String, Quarantine> before, Plan plan, String run) {
    this.plan = plan;
    this.run = run;
    this.all = new TreeMap<>(before);
    all.entrySet().removeIf(one -> one.getValue().digest().equals(digest(one.getKey())));
  }

  private String digest(String app) {
    return ((Map<String, String>) plan.digests()).getOrDefault(app, "");
  }

  /** The revision of {@code app} that the run has tried is not tried again. */
  void add(String app, String reason) {
    all.put(app, new Quarantine(digest(app), run, reason));
  }

  /** App to its revision in quarantine. */
  SortedMap<String, Quarantine> all() {
    return Collections.unmodifiableSortedMap(all);
  }

  /**
   * The run has ended. If it has changed something of the host's own, what earlier runs put into
   * quarantine is tried again; what this run put there waits for what it could not change.
   *
   * @param outcomes what became of the plan
   * @param isOver whether an app is as it should be
   */
  void end(List<Outcome> outcomes, Predicate<String> isOver) {
    all.keySet().removeIf(isOver);
    SortedSet<String> undone = new TreeSet<>(plan.hostChanges());
    for (Outcome one : outcomes) {
      if (one instanceof Outcome.Done && one.app().isEmpty()) {
        undone.removeIf(change -> change.startsWith(one.subject() + " "));
      }
    }
    boolean anyDone = undone.size() < plan.hostChanges().size();
    all.values().removeIf(one -> anyDone && one.endsWithHost() && !one.run().equals(run));
    all.replaceAll((app, one) -> one.run().equals(run) ? one.withUndone(undone) : one);
  }
}

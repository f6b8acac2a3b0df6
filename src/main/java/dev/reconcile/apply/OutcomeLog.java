// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The outcomes of a run, in the order in which they ended. Outcomes of apps that the run takes side
 * by side are in the order of the apps' names instead, because the order in which they end depends
 * on the load of the host.
 *
 * <p>Invariant: a subject has at most one outcome. The callers ensure that one thread at a time
 * uses the log.
 */
final class OutcomeLog {
  private final List<Entry> entries = new ArrayList<>();
  private int group;
  private boolean isSideBySide;

  /**
   * @param group the entries that ended between two changes of the order
   * @param app the app if the entries of the group are in the order of the apps; else empty
   */
  private record Entry(int group, String app, Outcome outcome) {}

  /** Begins with outcomes of apps that are taken side by side, or ends with them. */
  void setSideBySide(boolean sideBySide) {
    group++;
    isSideBySide = sideBySide;
  }

  /** Adds an outcome; an earlier one of the same subject is replaced. */
  void add(Outcome outcome) {
    entries.removeIf(entry -> entry.outcome().subject().equals(outcome.subject()));
    entries.add(new Entry(group, isSideBySide ? outcome.app() : "", outcome));
  }

  /** Reports whether a subject has an outcome. */
  boolean has(String subject) {
    return entries.stream().anyMatch(entry -> entry.outcome().subject().equals(subject));
  }

  /** Returns all outcomes in their order. */
  List<Outcome> all() {
    return entries.stream()
        .sorted(Comparator.comparingInt(Entry::group).thenComparing(Entry::app))
        .map(Entry::outcome)
        .toList();
  }
}

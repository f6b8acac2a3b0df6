// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A commit of the desired state, with the commits of the sources that belong to it.
 *
 * @param commit the full commit id; empty on a host that has applied none
 * @param sources the full commit id of each source, by the name of the source
 */
public record Revisions(String commit, SortedMap<String, String> sources) {
  /** The revisions of a host that has applied no commit. */
  public static final Revisions NONE = new Revisions("", Collections.emptySortedMap());

  private static final int SHORT = 7;

  public Revisions {
    sources = Collections.unmodifiableSortedMap(new TreeMap<>(sources));
  }

  /** Returns the beginning of a commit's id, as messages about a fleet show it. */
  public static String shortened(String commit) {
    return commit.substring(0, Math.min(SHORT, commit.length()));
  }

  /** Tells whether both have the same commit, and the same commit of each source that both name. */
  public boolean agreesWith(Revisions other) {
    return commit.equals(other.commit)
        && sources.entrySet().stream()
            .allMatch(one ->
                other.sources.getOrDefault(one.getKey(), one.getValue()).equals(one.getValue()));
  }

  /** Returns these revisions with the pins of further sources; a source keeps a pin that it has. */
  public Revisions pinning(Map<String, String> more) {
    SortedMap<String, String> all = new TreeMap<>(more);
    all.putAll(sources);
    return new Revisions(commit, all);
  }

  /**
   * Returns the position of {@code target} in relation to these revisions. With the same commit,
   * the sources that both name decide; one of them that goes back makes all of it go back.
   */
  public Relation to(Revisions target, History history) {
    if (commit.isEmpty()) {
      return Relation.AFTER;
    }
    Relation byCommit = relation(history, History.DESIRED_STATE, commit, target.commit);
    if (byCommit != Relation.SAME) {
      return byCommit;
    }
    Relation all = Relation.SAME;
    for (Map.Entry<String, String> pin : sources.entrySet()) {
      String next = target.sources.getOrDefault(pin.getKey(), pin.getValue());
      Relation one = relation(history, pin.getKey(), pin.getValue(), next);
      if (one == Relation.UNKNOWN || one == Relation.BEFORE) {
        return one;
      }
      if (one != Relation.SAME) {
        all = Relation.AFTER; // a branch of an app may be rewritten, as on a single host
      }
    }
    return all;
  }

  /**
   * Returns the revisions of a release after this one; empty if there is nothing newer.
   *
   * <p>Invariant: no source goes back. A copy of a source that is behind, or a branch that was
   * rewound, leaves the pin of that source as it is.
   *
   * @param tips the commits to which the refs point now, as this host sees them
   */
  public Optional<Revisions> followedBy(Revisions tips, History history) {
    Relation byCommit = relation(history, History.DESIRED_STATE, commit, tips.commit);
    if (byCommit != Relation.SAME && byCommit != Relation.AFTER) {
      return Optional.empty();
    }
    SortedMap<String, String> pins = new TreeMap<>(tips.sources);
    boolean moved = byCommit == Relation.AFTER;
    for (Map.Entry<String, String> pin : sources.entrySet()) {
      String tip = tips.sources.getOrDefault(pin.getKey(), pin.getValue());
      Relation one = relation(history, pin.getKey(), pin.getValue(), tip);
      boolean forward = one == Relation.AFTER || one == Relation.APART;
      moved |= forward;
      if (!forward && (tips.sources.containsKey(pin.getKey()) || byCommit == Relation.SAME)) {
        pins.put(pin.getKey(), pin.getValue());
      }
    }
    return moved ? Optional.of(new Revisions(tips.commit, pins)) : Optional.empty();
  }

  // The same id needs no repository to be known as the same.
  private static Relation relation(History history, String repository, String from, String to) {
    return from.equals(to) ? Relation.SAME : history.relation(repository, from, to);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The record of a run's queries about its host. The answers are in a short form, so that a later
 * run can repeat the queries cheaply.
 *
 * <p>Invariant: as long as every answer is the same, all conclusions from the answers hold.
 */
public final class ObservationLog {
  /** The mark of something that does not exist. */
  static final long NOTHING = 0;

  /** The mark of a moment that is past. */
  private static final long COME = 1;

  private final Map<Observation, Long> marks = new ConcurrentHashMap<>();
  private volatile long newestNanos = Long.MIN_VALUE;
  private volatile boolean complete = true;

  /** Creates an empty log. */
  ObservationLog() {}

  /** Records an answer; of two answers to the same query the last one counts. */
  void add(Observation.Kind kind, String name, long mark) {
    marks.put(new Observation(kind, name), mark);
  }

  /** Records the result for a path. */
  synchronized void saw(Observation.Kind kind, String place, Optional<FileStamp> found) {
    boolean content = kind == Observation.Kind.CONTENT;
    if (found.isEmpty()) {
      add(kind, place, NOTHING);
      return;
    }
    FileStamp mark = found.get();
    add(kind, place, content ? mark.ofContent() : mark.ofShape());
    if (content) {
      newestNanos = Math.max(newestNanos, mark.changedNanos());
    }
  }

  /** Records the result for the tree of a directory. */
  synchronized void sawTree(int user, Path place, SourceListing.Found found) {
    add(Observation.Kind.TREE, user + ":" + place, found.mark());
    newestNanos = Math.max(newestNanos, found.newestNanos());
  }

  /** Reports whether a moment is past, to the second, and records the answer. */
  boolean sawClock(Instant moment) {
    long mark = clock(moment.getEpochSecond());
    add(Observation.Kind.MOMENT, String.valueOf(moment.getEpochSecond()), mark);
    return mark == COME;
  }

  /** Returns the mark of a moment now. */
  static long clock(long epochSecond) {
    return Instant.now().getEpochSecond() < epochSecond ? NOTHING : COME;
  }

  /** Adds the observations of another log. */
  synchronized void addAll(ObservationLog others) {
    marks.putAll(others.marks);
    newestNanos = Math.max(newestNanos, others.newestNanos);
    complete &= others.complete;
  }

  /** Marks the log as incomplete, because an answer cannot be queried again. */
  void invalidate() {
    complete = false;
  }

  /**
   * Reports whether a later change must be visible. The ctime of a file advances in ticks of some
   * milliseconds. Within the tick of its last change, a file may change again and keep its ctime,
   * so a file that had just changed when it was observed proves nothing.
   *
   * @param epochNanos the time of the first observation, in nanoseconds since 1970
   * @param margin a time longer than a tick, in nanoseconds
   */
  public boolean isProof(long epochNanos, long margin) {
    return complete && newestNanos < epochNanos - margin;
  }

  /** Returns a line for each observation, for {@link Facts#difference}. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>(marks.size());
    marks.forEach((observation, mark) -> {
      // the mark of the content includes that of the shape
      boolean known =
          observation.kind() == Observation.Kind.SHAPE
              && marks.containsKey(new Observation(Observation.Kind.CONTENT, observation.name()));
      if (!known) {
        lines.add(observation.line(mark));
      }
    });
    lines.sort(null);
    return lines;
  }

  /** Reports whether every observation fits on a line. */
  public boolean isPlain() {
    return marks.keySet().stream().noneMatch(observation -> observation.name().indexOf('\n') >= 0);
  }
}

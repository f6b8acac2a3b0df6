package dev.reconcile.host;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a run has asked of its host, with the answers in so short a form that a later run can ask
 * the same again for next to nothing.
 *
 * <p>Invariant: while every answer is the same, whatever was concluded from the answers still
 * holds.
 */
public final class ObservationLog {
  /** What stands for the mark of something that is not there. */
  static final long NOTHING = 0;

  /** What stands for a moment that is past. */
  private static final long COME = 1;

  private final Map<Observation, Long> marks = new ConcurrentHashMap<>();
  private volatile long newestNanos = Long.MIN_VALUE;
  private volatile boolean complete = true;

  /** No sightings yet. */
  ObservationLog() {}

  /** Something was seen; of two sights of the same thing the last one counts. */
  void add(Observation.Kind kind, String name, long mark) {
    marks.put(new Observation(kind, name), mark);
  }

  /** A path was looked at. */
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

  /** A directory was looked through. */
  synchronized void sawTree(int user, Path place, SourceListing.Found found) {
    add(Observation.Kind.TREE, user + ":" + place, found.mark());
    newestNanos = Math.max(newestNanos, found.newestNanos());
  }

  /** Whether the moment has come, to the second. */
  boolean sawClock(Instant moment) {
    long mark = clock(moment.getEpochSecond());
    add(Observation.Kind.MOMENT, String.valueOf(moment.getEpochSecond()), mark);
    return mark == COME;
  }

  /** What the clock says of a moment. */
  static long clock(long epochSecond) {
    return Instant.now().getEpochSecond() < epochSecond ? NOTHING : COME;
  }

  /** All that others have seen was seen here too. */
  synchronized void addAll(ObservationLog others) {
    marks.putAll(others.marks);
    newestNanos = Math.max(newestNanos, others.newestNanos);
    complete &= others.complete;
  }

  /** Something was seen that cannot be asked for again. */
  void spoil() {
    complete = false;
  }

  /**
   * Whether a later change of what was seen must show. The time of a file's last change moves in
   * ticks of some milliseconds: within the tick of its last change a file may change once more and
   * have the same time, so what had only just changed when it was seen proves nothing.
   *
   * @param epochNanos when the first of it was seen
   * @param margin nanoseconds, more than a tick
   */
  public boolean isProof(long epochNanos, long margin) {
    return complete && newestNanos < epochNanos - margin;
  }

  /** One line for each, for {@link Facts#difference}; none holds a line break. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>(marks.size());
    marks.forEach((sighting, mark) -> {
      // whoever knows the content knows whose it is
      boolean known =
          sighting.kind() == Observation.Kind.SHAPE
              && marks.containsKey(new Observation(Observation.Kind.CONTENT, sighting.name()));
      if (!known) {
        lines.add(sighting.line(mark));
      }
    });
    lines.sort(null);
    return lines;
  }

  /** Whether each can be written on a line. */
  public boolean isPlain() {
    return marks.keySet().stream().noneMatch(sighting -> sighting.name().indexOf('\n') >= 0);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import dev.reconcile.apply.Progress;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The progress lines at the end of a terminal's output, one for each app. Each line is redrawn in
 * place until its step has ended, then it is erased (ECMA-48 control sequences).
 *
 * <p>Invariant: between two calls the cursor is at the beginning of the line below the last drawn
 * line. Text that {@link #above} printed is never overwritten.
 */
final class ProgressDisplay {
  private static final int MOST = 12;
  private static final long PAUSE_MILLIS = 200;

  private static final String CLEAR_BELOW = "\033[J";
  // The terminal cuts a long line at the edge. A wrapped line would take two rows.
  private static final String NO_WRAP = "\033[?7l";
  private static final String WRAP = "\033[?7h";

  private final PrintStream terminal;
  private final LongSupplier clock;
  private final List<Line> lines = new ArrayList<>();
  private int drawn;

  private record Line(String subject, String what, long since) {
    // Two steps may have equal texts, and each ends independently.
    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  /**
   * @param terminal the stream on which the lines are drawn
   * @param clock the time in nanoseconds, from an arbitrary origin
   */
  ProgressDisplay(PrintStream terminal, LongSupplier clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  /** Redraws the lines periodically until the program ends, so that the elapsed seconds advance. */
  void keepDrawing() {
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            while (true) {
              Thread.sleep(PAUSE_MILLIS);
              draw();
            }
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /** Adds the line of a step; it stays until the caller closes the result. */
  synchronized Progress.Ongoing begins(String subject, String what) {
    Line line = new Line(subject, what, clock.getAsLong());
    lines.add(line);
    draw();
    return () -> ends(line);
  }

  private synchronized void ends(Line line) {
    lines.remove(line);
    draw();
  }

  /**
   * Prints permanent text above the lines.
   *
   * @param print prints the text, which ends with a line break
   */
  synchronized void above(Runnable print) {
    terminal.print(erasure());
    terminal.flush();
    drawn = 0;
    print.run();
    draw();
  }

  /** Draws the current lines. */
  synchronized void draw() {
    if (drawn == 0 && lines.isEmpty()) {
      return;
    }
    List<String> texts = texts();
    StringBuilder picture = new StringBuilder(erasure());
    if (!texts.isEmpty()) {
      picture.append(NO_WRAP);
      texts.forEach(text -> picture.append(text).append('\n'));
      picture.append(WRAP);
    }
    terminal.print(picture);
    terminal.flush();
    drawn = texts.size();
  }

  private String erasure() {
    return drawn == 0 ? "" : "\033[" + drawn + "A" + CLEAR_BELOW;
  }

  // Of nested steps, the innermost is the most specific.
  private List<String> texts() {
    Map<String, Line> newest = new LinkedHashMap<>();
    lines.forEach(line -> newest.put(line.subject(), line));
    int width = newest.keySet().stream().mapToInt(String::length).max().orElse(0);
    List<String> texts = new ArrayList<>();
    for (Line line : newest.values()) {
      if (texts.size() == MOST) {
        texts.add("  … and " + (newest.size() - MOST) + " more");
        break;
      }
      texts.add(text(line, width));
    }
    return texts;
  }

  private String text(Line line, int width) {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(clock.getAsLong() - line.since());
    String padded = line.subject() + " ".repeat(width - line.subject().length());
    return "  " + padded + "  " + line.what() + " …" + (seconds > 0 ? " " + seconds + " s" : "");
  }
}

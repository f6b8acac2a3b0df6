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
 * What is going on, a line for each app, at the end of a terminal's output; each line is drawn over
 * itself until its step has ended, and then it is gone (ECMA-48 control sequences).
 *
 * <p>Invariant: between two calls the cursor is at the beginning of the line below the last one
 * drawn, and what was printed by {@link #above} is never drawn over.
 */
final class ProgressDisplay {
  private static final int MOST = 12;
  private static final long PAUSE_MILLIS = 200;

  private static final String CLEAR_BELOW = "\033[J";
  // a line that is too long is cut at the edge: wrapped, it would be two
  private static final String NO_WRAP = "\033[?7l";
  private static final String WRAP = "\033[?7h";

  private final PrintStream terminal;
  private final LongSupplier clock;
  private final List<Line> lines = new ArrayList<>();
  private int drawn;

  private record Line(String subject, String what, long since) {
    // two steps may be alike, and each ends by itself
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
   * @param terminal where they are drawn
   * @param clock nanoseconds, from any moment
   */
  ProgressDisplay(PrintStream terminal, LongSupplier clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  /** Draws them again and again, so that the seconds go on, until the program ends. */
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

  /** A step begins; its line stays until the result is closed. */
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

  /** Prints something that stays, above the lines. */
  synchronized void above(Runnable print) {
    terminal.print(erasure());
    terminal.flush();
    drawn = 0;
    print.run();
    draw();
  }

  /** Draws them as they are now. */
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

  // of steps within each other the innermost tells most
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

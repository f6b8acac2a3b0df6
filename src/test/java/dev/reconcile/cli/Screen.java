// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a terminal of unlimited height shows: of the control sequences of ECMA-48 those that
 * reconcile uses, and an error at any other.
 */
public final class Screen {
  private static final Pattern SEQUENCE = Pattern.compile("\033\\[(\\?7[hl]|[0-9;]*[A-Za-z])");

  private final int width;
  private final List<StringBuilder> rows = new ArrayList<>(List.of(new StringBuilder()));
  private int row;
  private int column;
  private boolean wraps = true;

  /**
   * @param width columns
   */
  public Screen(int width) {
    this.width = width;
  }

  /** Takes output in. */
  public Screen show(String output) {
    Matcher sequence = SEQUENCE.matcher(output);
    int at = 0;
    while (at < output.length()) {
      char c = output.charAt(at);
      if (c == '\033') {
        if (!sequence.find(at) || sequence.start() != at) {
          throw new IllegalArgumentException("unknown sequence at " + at);
        }
        control(sequence.group(1));
        at = sequence.end();
      } else {
        put(c);
        at++;
      }
    }
    return this;
  }

  private void control(String sequence) {
    switch (sequence.charAt(sequence.length() - 1)) {
      case 'h' -> wraps = true;
      case 'l' -> wraps = false;
      case 'm' -> {}
      case 'A' ->
          row = Math.max(0, row - Integer.parseInt(sequence.substring(0, sequence.length() - 1)));
      case 'J' -> {
        line().setLength(Math.min(line().length(), column));
        rows.subList(row + 1, rows.size()).clear();
      }
      case 'K' -> line().setLength(Math.min(line().length(), column));
      default -> throw new IllegalArgumentException("unknown sequence " + sequence);
    }
  }

  private StringBuilder line() {
    return rows.get(row);
  }

  private void put(char c) {
    if (c == '\n') {
      column = 0;
      down();
    } else if (c == '\r') {
      column = 0;
    } else if (column < width || wraps) {
      if (column == width) {
        column = 0;
        down();
      }
      line().append(" ".repeat(Math.max(0, column - line().length())));
      line().replace(column, Math.min(line().length(), column + 1), "" + c);
      column++;
    }
  }

  private void down() {
    row++;
    if (row == rows.size()) {
      rows.add(new StringBuilder());
    }
  }

  /** What is to be seen, without blanks at the ends. */
  public String text() {
    StringBuilder text = new StringBuilder();
    rows.forEach(line -> text.append(line.toString().stripTrailing()).append('\n'));
    return text.toString().stripTrailing();
  }
}

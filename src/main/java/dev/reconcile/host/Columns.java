// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.util.Arrays;

/**
 * A splitter of table lines at whitespace. It uses no regular expression, because on a host with a
 * thousand apps that would take longer than the rest of a run without changes.
 */
final class Columns {
  private Columns() {}

  /**
   * Splits a line into columns.
   *
   * @param most the maximum number of columns, at least 1; the last one has the rest of the line
   * @return the columns, at most {@code most}
   */
  static String[] of(String line, int most) {
    String[] columns = new String[most];
    int count = 0;
    int at = skip(line, 0, true);
    while (at < line.length() && count < most) {
      int end = count == most - 1 ? line.length() : skip(line, at, false);
      columns[count] = line.substring(at, end);
      count++;
      at = skip(line, end, true);
    }
    return count == most ? columns : Arrays.copyOf(columns, count);
  }

  private static int skip(String line, int from, boolean blanks) {
    int at = from;
    while (at < line.length() && (line.charAt(at) == ' ' || line.charAt(at) == '\t') == blanks) {
      at++;
    }
    return at;
  }
}

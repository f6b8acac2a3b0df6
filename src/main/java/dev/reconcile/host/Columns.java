package dev.reconcile.host;

import java.util.Arrays;

/**
 * Splits the lines of a table at blanks. By hand, because a regular expression over the tables of a
 * host with a thousand apps takes longer than all else in a run with nothing to do.
 */
final class Columns {
  private Columns() {}

  /**
   * The first columns of a line.
   *
   * @param most how many there are at most; the last one holds the rest of the line
   * @return as many as there are
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

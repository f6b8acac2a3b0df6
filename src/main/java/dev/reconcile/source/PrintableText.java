// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.util.Collection;
import java.util.Comparator;
import java.util.stream.Collectors;

/**
 * The sanitisation of text from outside, which may hold any characters, for output on a terminal.
 */
final class PrintableText {
  private static final int LONGEST_LINE = 300;
  private static final int MOST_NAMES = 10;

  private PrintableText() {}

  /** Returns the text as one line without control characters, truncated to a readable length. */
  static String line(String text) {
    String clean = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]+", " ").strip();
    return clean.length() <= LONGEST_LINE ? clean : clean.substring(0, LONGEST_LINE) + "…";
  }

  /** Returns the names, sorted; of many names those most similar to the wanted name. */
  static String nearest(Collection<String> names, String wanted) {
    String few =
        names.stream()
            .sorted(
                Comparator.comparingInt((String name) -> distance(name, wanted))
                    .thenComparing(Comparator.naturalOrder()))
            .limit(MOST_NAMES)
            .sorted()
            .map(PrintableText::line)
            .collect(Collectors.joining(", "));
    return names.size() <= MOST_NAMES
        ? few
        : few + ", and " + (names.size() - MOST_NAMES) + " more";
  }

  /** Returns the Levenshtein distance. */
  private static int distance(String left, String right) {
    int[] row = new int[right.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int same = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(same, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[right.length()];
  }
}

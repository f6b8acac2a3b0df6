// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.Collection;
import java.util.Optional;

/**
 * A suggestion for a misspelt word.
 *
 * @param word the valid word that was probably meant
 */
public record Suggestion(String word) {

  /** Returns the word of {@code known} that is nearest to {@code written}, if it is near enough. */
  public static Optional<Suggestion> nearest(String written, Collection<String> known) {
    String best = "";
    int least = Math.max(2, written.length() / 3) + 1;
    for (String candidate : known) {
      int distance = distance(written, candidate);
      if (distance < least || (distance == least && candidate.compareTo(best) < 0)) {
        best = candidate;
        least = distance;
      }
    }
    return best.isEmpty() ? Optional.empty() : Optional.of(new Suggestion(best));
  }

  /** Returns {@code " Did you mean "word"?"}, or the empty text. */
  public static String sentence(String written, Collection<String> known) {
    return nearest(written, known).map(s -> " Did you mean \"" + s.word() + "\"?").orElse("");
  }

  /**
   * Returns the number of edits and swaps of neighbours from one word to the other (optimal string
   * alignment).
   */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        d[i][j] = i == 0 || j == 0 ? i + j : step(a, b, i, j, d);
      }
    }
    return d[a.length()][b.length()];
  }

  private static int step(String a, String b, int i, int j, int[][] d) {
    int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
    int least = Math.min(Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1), d[i - 1][j - 1] + cost);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(least, d[i - 2][j - 2] + 1) : least;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * A suggestion for a misspelt word.
 *
 * @param word the valid word that was probably meant
 */
public record Suggestion(String word) {

  /**
   * Returns the word of {@code known} that is nearest to {@code written}, if it is near enough;
   * otherwise the longest one with which {@code written} begins.
   */
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
    return best.isEmpty()
        ? known.stream()
            .filter(candidate -> candidate.length() > 2 && written.startsWith(candidate))
            .max(Comparator.comparingInt(String::length).thenComparing(word -> word))
            .map(Suggestion::new)
        : Optional.of(new Suggestion(best));
  }

  /**
   * A listing of the folders of a tree.
   *
   * @param <E> the exception of a listing that fails
   */
  @FunctionalInterface
  public interface Folders<E extends Exception> {
    /** Returns the names of the folders in a folder; none if it does not exist. */
    Collection<String> in(String folder) throws E;
  }

  /**
   * Returns {@code " Did you mean "path"?"} for the path of a folder that does not exist, or the
   * empty text.
   *
   * @param path the path, relative
   * @param folders the folders of its tree
   */
  public static <E extends Exception> String ofFolder(String path, Folders<E> folders) throws E {
    String found = "";
    for (String part : path.split("/+", -1)) {
      Collection<String> names = folders.in(found);
      Optional<String> name =
          names.contains(part) ? Optional.of(part) : nearest(part, names).map(Suggestion::word);
      if (name.isEmpty()) {
        return "";
      }
      found = found.isEmpty() ? name.get() : found + "/" + name.get();
    }
    return " Did you mean \"" + found + "\"?";
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

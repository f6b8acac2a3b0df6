// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.nginx.Directive;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The two directives that set the size of a hash table of nginx.
 *
 * @param table the name of the table, with which both directives begin
 * @param usualMost the most buckets without the directive
 */
record HashSize(String table, int usualMost) {
  private static final int USUAL_BUCKET = 64;
  private static final int LARGEST_BUCKET = 1024;
  private static final int LARGEST_MOST = 8192;

  /** Whether a table fits into buckets of so many bytes, and at most so many buckets. */
  interface Fit {
    /** Returns whether nginx builds the table without a warning or an error. */
    boolean test(int bucket, int most);
  }

  /** Reports whether the table fits into the sizes that nginx has by itself. */
  boolean isUsual(Fit table) {
    return table.test(USUAL_BUCKET, usualMost);
  }

  /**
   * Returns the directives that a table needs in addition; none if no size is enough.
   *
   * @param http the directives of the http block; a size that they set stays
   */
  List<String> directives(Fit table, List<Directive> http) {
    Optional<Integer> bucket = value(http, "_bucket_size").map(HashSize::rounded);
    Optional<Integer> maxSize = value(http, "_max_size");
    List<String> directives = new ArrayList<>();
    for (int size : choices(maxSize, usualMost, LARGEST_MOST)) {
      for (int bytes : choices(bucket, USUAL_BUCKET, LARGEST_BUCKET)) {
        if (table.test(bytes, size)) {
          if (bucket.isEmpty() && bytes > USUAL_BUCKET) {
            directives.add(this.table + "_bucket_size " + bytes + ";");
          }
          if (maxSize.isEmpty() && size > usualMost) {
            directives.add(this.table + "_max_size " + size + ";");
          }
          return directives;
        }
      }
    }
    return directives;
  }

  // nginx rounds the size up to a line of the processor's cache.
  private static int rounded(int set) {
    return (set + USUAL_BUCKET - 1) / USUAL_BUCKET * USUAL_BUCKET;
  }

  private static int[] choices(Optional<Integer> set, int usual, int largest) {
    return set.isPresent()
        ? new int[] {set.get()}
        : IntStream.iterate(usual, size -> size <= largest, size -> size * 2).toArray();
  }

  private Optional<Integer> value(List<Directive> http, String which) {
    return http.stream()
        .filter(directive -> directive.is(table + which))
        .map(Directive::parameter)
        .filter(text -> text.matches("[1-9][0-9]{0,6}"))
        .map(Integer::valueOf)
        .findFirst();
  }
}

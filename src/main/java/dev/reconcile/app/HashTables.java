// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Hash tables as nginx builds them (nginx: ngx_hash.c, ngx_hash_init and ngx_hash_wildcard_init):
 * one table of the words, and for wildcards of names one at each level of labels.
 */
final class HashTables {
  private static final int POINTER = 8;

  private final SortedSet<String> words = new TreeSet<>();
  private final Labels heads = new Labels();
  private final Labels tails = new Labels();

  /** Labels of wildcards, in the order in which nginx looks them up. */
  private static final class Labels {
    private final Map<String, Labels> inner = new HashMap<>();

    void add(List<String> labels) {
      if (!labels.isEmpty()) {
        inner
            .computeIfAbsent(labels.getFirst(), label -> new Labels())
            .add(labels.subList(1, labels.size()));
      }
    }

    boolean fit(int bucket, int most) {
      return inner.isEmpty()
          || (HashTables.fit(inner.keySet(), bucket, most)
              && inner.values().stream().allMatch(labels -> labels.fit(bucket, most)));
    }
  }

  private HashTables() {}

  /** Creates the tables of names of hosts; regular expressions are in no table. */
  static HashTables ofNames(Collection<String> names) {
    HashTables tables = new HashTables();
    for (String written : names) {
      String name = written.toLowerCase(Locale.ROOT);
      if (name.startsWith("*.") || name.startsWith(".")) {
        List<String> labels = labels(name.substring(name.indexOf('.') + 1));
        Collections.reverse(labels);
        tables.heads.add(labels);
      } else if (name.endsWith(".*")) {
        tables.tails.add(labels(name.substring(0, name.length() - 2)));
      } else if (!name.startsWith("~")) {
        tables.words.add(name);
      }
    }
    return tables;
  }

  /** Creates the table of words without wildcards. */
  static HashTables ofWords(Collection<String> words) {
    HashTables tables = new HashTables();
    words.forEach(word -> tables.words.add(word.toLowerCase(Locale.ROOT)));
    return tables;
  }

  private static List<String> labels(String name) {
    return Arrays.asList(name.split("\\.", -1));
  }

  /**
   * Returns whether nginx builds the tables without a warning or an error.
   *
   * @param bucket the bytes of a bucket
   * @param most the most buckets
   */
  boolean fits(int bucket, int most) {
    return fit(words, bucket, most) && heads.fit(bucket, most) && tails.fit(bucket, most);
  }

  private static boolean fit(Set<String> words, int bucket, int most) {
    int room = bucket - POINTER;
    if (words.stream().anyMatch(word -> size(word) > room)) {
      return false;
    }
    int first = Math.max(1, words.size() / (room / (2 * POINTER)));
    long[] keys = words.stream().mapToLong(HashTables::key).toArray();
    int[] sizes = words.stream().mapToInt(HashTables::size).toArray();
    for (int buckets = first; buckets <= most; buckets++) {
      if (fit(keys, sizes, new int[buckets], room)) {
        return true;
      }
    }
    return false;
  }

  private static boolean fit(long[] keys, int[] sizes, int[] filled, int room) {
    for (int i = 0; i < keys.length; i++) {
      int bucket = (int) Long.remainderUnsigned(keys[i], filled.length);
      filled[bucket] += sizes[i];
      if (filled[bucket] > room) {
        return false;
      }
    }
    return true;
  }

  // NGX_HASH_ELT_SIZE
  private static int size(String word) {
    int length = word.getBytes(StandardCharsets.UTF_8).length + 2;
    return POINTER + (length + POINTER - 1) / POINTER * POINTER;
  }

  // ngx_hash_key
  private static long key(String word) {
    long key = 0;
    for (byte character : word.getBytes(StandardCharsets.UTF_8)) {
      key = key * 31 + (character & 0xFF);
    }
    return key;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.web;

import dev.reconcile.host.VisitorProbe;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The parts of an answer that are the same for every request of a page: the status, and the header
 * fields that do not change.
 *
 * @param status the status code, as text
 * @param fields the values by name in lower case
 */
record AnswerSignature(String status, SortedMap<String, String> fields) {
  private static final Set<String> LASTING =
      Set.of("content-length", "content-type", "etag", "last-modified", "location");

  /**
   * Statuses that any site may produce by a rule. Two such answers do not show which server gave
   * them.
   */
  private static final Set<Integer> OF_RULES =
      Set.of(0, 301, 302, 303, 307, 308, 400, 401, 403, 405, 421, 429);

  static AnswerSignature of(String head) {
    SortedMap<String, String> fields = new TreeMap<>();
    String[] lines = head.split("\r?\n", -1);
    for (String line : lines) {
      int colon = line.indexOf(':');
      String name = colon < 0 ? "" : line.substring(0, colon).toLowerCase(Locale.ROOT);
      if (LASTING.contains(name)) {
        fields.put(name, line.substring(colon + 1).strip());
      }
    }
    return new AnswerSignature(
        lines[0].replaceFirst("^HTTP/[0-9.]+ ", "").replaceFirst(" .*", ""), fields);
  }

  /** Reports whether an answer can show which server gave it. */
  static boolean tells(VisitorProbe.Answer answer) {
    return !OF_RULES.contains(answer.status());
  }

  /** Reports whether both may come from one page; a field that only one of them has is ignored. */
  boolean isNearlyAs(AnswerSignature other) {
    boolean same = status.equals(other.status);
    for (Map.Entry<String, String> field : fields.entrySet()) {
      same &= other.fields.getOrDefault(field.getKey(), field.getValue()).equals(field.getValue());
    }
    return same;
  }
}

package dev.reconcile.web;

import dev.reconcile.host.VisitorProbe;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What two answers of one page have in common: their status, and the fields of their heads that do
 * not change from one request to the next.
 *
 * @param status the first line's
 * @param fields by name, in small letters
 */
record AnswerSignature(String status, SortedMap<String, String> fields) {
  private static final Set<String> LASTING =
      Set.of("content-length", "content-type", "etag", "last-modified", "location");

  /** Answers that any site may give by a rule: that two are alike says nothing of who gave them. */
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

  /** Whether an answer can tell who gave it. */
  static boolean tells(VisitorProbe.Answer answer) {
    return !OF_RULES.contains(answer.status());
  }

  /** Whether they may be of one page: what one of them does not say is no difference. */
  boolean isNearlyAs(AnswerSignature other) {
    boolean same = status.equals(other.status);
    for (String field : fields.keySet()) {
      same &=
          fields
              .get(field)
              .equals(other.fields.getOrDefault(field, String.valueOf(fields.get(field))));
    }
    return same;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A mapping of paths in texts to the paths that a standby instance uses instead. */
final class PathMapping {
  private final Map<String, String> places = new LinkedHashMap<>();

  /** Maps {@code path}, and all paths below it, to {@code other}. */
  void put(String path, String other) {
    if (path.length() > 1 && !path.equals(other)) {
      places.put(path, other);
    }
  }

  /** Replaces the paths in a text; the longest match wins. */
  String in(String text) {
    if (places.isEmpty()) {
      return text;
    }
    String all =
        places.keySet().stream()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .map(Pattern::quote)
            .collect(Collectors.joining("|"));
    // not within a longer name
    Matcher matcher = Pattern.compile("(?<![\\w.])(?:" + all + ")(?![\\w.-])").matcher(text);
    return matcher.replaceAll(
        found -> Matcher.quoteReplacement(places.getOrDefault(found.group(), found.group())));
  }
}

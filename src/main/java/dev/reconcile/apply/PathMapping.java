package dev.reconcile.apply;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Paths that mean other ones beside the instance that serves, wherever a text names them. */
final class PathMapping {
  private final Map<String, String> places = new LinkedHashMap<>();

  /** From now on {@code path}, and what is below it, means {@code other}. */
  void put(String path, String other) {
    if (path.length() > 1 && !path.equals(other)) {
      places.put(path, other);
    }
  }

  /** The text with these paths written out; of two that fit the longer one counts. */
  String in(String text) {
    if (places.isEmpty()) {
      return text;
    }
    String all =
        places.keySet().stream()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .map(Pattern::quote)
            .collect(Collectors.joining("|"));
    // no part of a longer name, neither before nor behind
    Matcher matcher = Pattern.compile("(?<![\\w.])(?:" + all + ")(?![\\w.-])").matcher(text);
    return matcher.replaceAll(
        found -> Matcher.quoteReplacement(places.getOrDefault(found.group(), found.group())));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.nginx;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** File name patterns as defined by glob(7), for a component of a path. */
final class Glob {
  private Glob() {}

  /** Reports whether nginx treats the text as a pattern and not as a path. */
  static boolean isPattern(String text) {
    return text.chars().anyMatch(c -> c == '*' || c == '?' || c == '[');
  }

  /** Reports whether the name matches; only a literal dot in the pattern matches a leading dot. */
  static boolean matches(String pattern, String name) {
    if (name.startsWith(".") && !pattern.startsWith(".")) {
      return false;
    }
    try {
      return Pattern.compile(regex(pattern), Pattern.DOTALL).matcher(name).matches();
    } catch (PatternSyntaxException e) {
      return pattern.equals(name); // an invalid range: the pattern matches only itself
    }
  }

  /** Reports whether a path matches a pattern, component by component. */
  static boolean matchesPath(String pattern, String path) {
    String[] patterns = pattern.split("/+", -1);
    String[] parts = path.split("/+", -1);
    boolean matches = patterns.length == parts.length;
    for (int i = 0; matches && i < parts.length; i++) {
      matches = parts[i].isEmpty() ? patterns[i].isEmpty() : matches(patterns[i], parts[i]);
    }
    return matches;
  }

  private static String regex(String pattern) {
    StringBuilder regex = new StringBuilder();
    int at = 0;
    while (at < pattern.length()) {
      char c = pattern.charAt(at++);
      int end = c == '[' ? endOfSet(pattern, at) : -1;
      if (c == '*') {
        regex.append(".*");
      } else if (c == '?') {
        regex.append('.');
      } else if (end > 0) {
        regex.append(set(pattern.substring(at, end)));
        at = end + 1;
      } else if (c == '\\' && at < pattern.length()) {
        regex.append(Pattern.quote(String.valueOf(pattern.charAt(at++))));
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return regex.toString();
  }

  // A leading bracket is a member of the set.
  private static int endOfSet(String pattern, int from) {
    boolean negated = from < pattern.length() && "!^".indexOf(pattern.charAt(from)) >= 0;
    return pattern.indexOf(']', from + (negated ? 2 : 1));
  }

  private static String set(String inner) {
    boolean negated = inner.startsWith("!") || inner.startsWith("^");
    String members = negated ? inner.substring(1) : inner;
    return (negated ? "[^" : "[") + members.replaceAll("[\\\\\\[\\]&^]", "\\\\$0") + "]";
  }
}

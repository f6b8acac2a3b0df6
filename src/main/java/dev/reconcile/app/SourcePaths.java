// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.VenvKind;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The paths that lead into an app's source, and the paths by which pip finds it where the
 * virtualenv is built.
 *
 * @param name the source, as messages name it
 * @param roots absolute paths of the source on the host
 */
record SourcePaths(String name, List<String> roots) {
  SourcePaths {
    roots = List.copyOf(roots);
  }

  /** Returns a normalised path relative to the source's root; empty if it leads outside. */
  Optional<String> within(String path) {
    if (!path.startsWith("/")) {
      return normalised(path);
    }
    Optional<String> absolute = normalised(path);
    return roots.stream()
        .filter(root -> ("/" + absolute.orElse("") + "/").startsWith(root + "/"))
        .map(root -> ("/" + absolute.orElse("")).substring(root.length()).replaceFirst("^/", ""))
        .findFirst();
  }

  /** Returns a path without {@code .} and {@code ..}; empty if it leads above where it begins. */
  static Optional<String> normalised(String path) {
    Deque<String> names = new ArrayDeque<>();
    for (String name : path.split("/", -1)) {
      if (name.equals("..")) {
        if (names.pollLast() == null) {
          return Optional.empty();
        }
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    return Optional.of(String.join("/", names));
  }

  /**
   * Returns the relative path from the folder of one file to another file.
   *
   * @param from a normalised path
   * @param to a normalised path
   */
  static String relative(String from, String to) {
    List<String> here = Arrays.asList(from.split("/", -1));
    List<String> there = Arrays.asList(to.split("/", -1));
    int same = 0;
    while (same < Math.min(here.size(), there.size()) - 1
        && here.get(same).equals(there.get(same))) {
      same++;
    }
    return "../".repeat(here.size() - 1 - same)
        + String.join("/", there.subList(same, there.size()));
  }

  /**
   * Returns a text in which absolute paths into the source lead to the place where pip finds it.
   */
  String inBuild(String text) {
    String all = text;
    for (String root : roots) {
      Pattern path = Pattern.compile(Pattern.quote(root) + "(?=$|[/\\s\"'#\\[;&])");
      all = path.matcher(all).replaceAll(Matcher.quoteReplacement(VenvKind.SOURCE));
    }
    return all;
  }
}

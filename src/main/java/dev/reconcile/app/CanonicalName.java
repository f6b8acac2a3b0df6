// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Suggestion;
import dev.reconcile.model.TextFormat;
import java.util.List;

/** The key {@code canonical}: the name to which the other names of a site redirect. */
final class CanonicalName {
  static final Key<String> KEY =
      Key.text(
              "canonical",
              TextFormat.SERVER_NAME,
              "",
              "the name of `server_name` to which the others redirect")
          .otherwise("none: the site answers to each name")
          .more("The path stays. With TLS, plain http redirects to this name, too.")
          .example("shop.example");

  private CanonicalName() {}

  /** Reports a name to which nothing can redirect. */
  static void check(Table site, List<String> names, Declarations mistakes) {
    String name = site.get(KEY);
    if (name.isEmpty() || site.isRefused(SiteSection.SERVER_NAME)) {
      return;
    }
    if (!names.contains(name)) {
      mistakes.error(
          site.origin(KEY),
          "Canonical name of another site",
          "\"%s\" is not in server_name (%s).%s Add it there."
              .formatted(name, String.join(", ", names), Suggestion.sentence(name, plain(names))));
    } else if (isPattern(name)) {
      mistakes.error(
          site.origin(KEY),
          "Canonical name that is a pattern",
          "\"%s\" stands for many names. Add one name to server_name, and write that here."
              .formatted(name));
    }
  }

  private static List<String> plain(List<String> names) {
    return names.stream().filter(name -> !isPattern(name)).toList();
  }

  /** Returns whether a server name stands for several names. */
  static boolean isPattern(String name) {
    return name.contains("*") || name.startsWith("~") || name.equals("_");
  }
}

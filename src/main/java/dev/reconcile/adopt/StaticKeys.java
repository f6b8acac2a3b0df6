// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.model.TextFormat;
import dev.reconcile.nginx.Directive;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A site's key {@code static}, which maps URL prefixes to folders that nginx serves. */
final class StaticKeys {
  private final Map<String, String> folders = new LinkedHashMap<>();
  private Optional<String> difference = Optional.empty();

  /** Returns the map of prefix to folder, both with a trailing slash. */
  Map<String, String> folders() {
    return folders;
  }

  /** Returns a description of how the last added location differs in the tree, if it does. */
  Optional<String> difference() {
    return difference;
  }

  /**
   * Adds a location.
   *
   * @return false if the location has more than a prefix and a folder
   */
  boolean add(Directive location) {
    String prefix = location.parameter();
    List<Directive> inner = location.contents().toList();
    String alias =
        inner.size() == 1 && inner.getFirst().is("alias") ? inner.getFirst().parameter() : "";
    // a path with an extension may be a file: then the location stays unchanged
    boolean file = !prefix.endsWith("/") && alias.matches(".*/[^/]+\\.[^/]+");
    if (file
        || !TextFormat.URL_PREFIX.accepts(prefix)
        || !TextFormat.ABSOLUTE_PATH.accepts(alias)) {
      return false;
    }
    String folder = withSlash(prefix);
    String path = withSlash(alias);
    folders.put(folder, path);
    difference =
        folder.equals(prefix) && path.equals(alias)
            ? Optional.empty()
            : Optional.of(
                """
                location %s with alias %s instead of %s and %s: without both slashes \
                nginx also serves what lies beside the folder, or finds nothing in it.\
                """
                    .formatted(folder, path, prefix, alias));
    return true;
  }

  private static String withSlash(String path) {
    return path.endsWith("/") ? path : path + "/";
  }
}

package dev.reconcile.adopt;

import dev.reconcile.model.TextFormat;
import dev.reconcile.nginx.Directive;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A site's key {@code static}: the folders that nginx serves under a prefix. */
final class StaticKeys {
  private final Map<String, String> folders = new LinkedHashMap<>();
  private Optional<String> difference = Optional.empty();

  /** Prefix to folder, both with a slash at their ends. */
  Map<String, String> folders() {
    return folders;
  }

  /** What the location that was added last has otherwise in the tree, in words. */
  Optional<String> difference() {
    return difference;
  }

  /**
   * Adds a location.
   *
   * @return false if it is not a prefix and a folder and nothing else
   */
  boolean add(Directive location) {
    String prefix = location.parameter();
    List<Directive> inner = location.contents().toList();
    String alias =
        inner.size() == 1 && inner.getFirst().is("alias") ? inner.getFirst().parameter() : "";
    // a name with an extension may be a file's: then the location stays as it is
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

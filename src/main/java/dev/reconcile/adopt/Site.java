package dev.reconcile.adopt;

import java.util.Map;
import java.util.Optional;

/**
 * An app's site as the tree has it.
 *
 * @param keys what stands under {@code site}
 * @param template the text of a template of its own, if the keys cannot say it
 */
record Site(Map<String, Object> keys, Optional<String> template) {
  Site {
    keys = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(keys));
  }

  /** The Host by which the app is asked whether it works. */
  String host(String app) {
    return keys.get("server_name") instanceof java.util.List<?> names && !names.isEmpty()
        ? String.valueOf(names.getFirst())
        : app;
  }
}

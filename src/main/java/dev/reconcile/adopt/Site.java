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
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An app's site in the tree.
 *
 * @param keys the keys under {@code site}
 * @param template the text of the app's own template, if the keys cannot express the site
 */
record Site(Map<String, Object> keys, Optional<String> template) {
  Site {
    keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
  }

  /** Returns the Host header of the app's health check. */
  String host(String app) {
    return keys.get("server_name") instanceof List<?> names && !names.isEmpty()
        ? String.valueOf(names.getFirst())
        : app;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.model.ProcessLimit;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The limits of a process or schedule, which systemd applies to its unit.
 *
 * @param values the limits that are set, with their values as written
 */
public record ProcessLimits(Map<ProcessLimit, String> values) {
  /** No limits but those of systemd. */
  public static final ProcessLimits NONE = new ProcessLimits(Map.of());

  public ProcessLimits {
    values = Collections.unmodifiableMap(new TreeMap<>(values));
  }

  /** Returns the settings of the unit, in a fixed order; empty for no limits. */
  List<String> settings() {
    return values.entrySet().stream()
        .map(limit -> limit.getKey().setting() + "=" + limit.getValue())
        .toList();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.adopt.ParsedUnitFile.Setting;
import dev.reconcile.model.ProcessLimit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The limits of a hand-made unit that keys of {@code resources} can have. Other limits are settings
 * of its drop-in.
 *
 * @param settings the settings, by limit
 */
record FoundLimits(Map<ProcessLimit, Setting> settings) {
  private static final String KEY = "resources";

  FoundLimits {
    settings = new TreeMap<>(settings);
  }

  /** Returns the limits of a process. A drop-in that stays has its limits for itself. */
  static FoundLimits of(FoundProcess process) {
    Unit unit = process.isManaged() ? process.unit().withMarkedFiles() : process.unit();
    Map<ProcessLimit, Setting> settings = new TreeMap<>();
    for (ProcessLimit limit : ProcessLimit.values()) {
      unit.last(limit.setting())
          .filter(setting -> limit.accepts(setting.value()))
          .ifPresent(setting -> settings.put(limit, setting));
    }
    return new FoundLimits(settings);
  }

  /** Tells whether a key has a setting of the unit. */
  boolean have(String setting) {
    return settings.keySet().stream().anyMatch(limit -> limit.setting().equals(setting));
  }

  /**
   * Adds the key to the keys of an app or a process, unless it has the others' limits.
   *
   * @param path the name of the key in messages, up to {@code resources}
   * @param others the limits that apply without the key
   */
  void put(Map<String, Object> keys, String path, FoundLimits others, AppContext context) {
    Map<String, Object> own = new LinkedHashMap<>();
    for (ProcessLimit limit : ProcessLimit.values()) {
      Setting setting = settings.get(limit);
      Setting other = others.settings.get(limit);
      if (setting != null && (other == null || !other.value().equals(setting.value()))) {
        own.put(limit.key(), value(setting.value()));
      } else if (setting == null && other != null) {
        own.put(limit.key(), false);
      }
      if (setting != null) {
        context
            .draft()
            .findings
            .taken(
                context.app().name(),
                "%s=%s: %s%s.%s."
                    .formatted(limit.setting(), setting.value(), path, KEY, limit.key()),
                setting.place());
      }
    }
    if (!own.isEmpty()) {
      keys.put(KEY, own);
    }
  }

  private static Object value(String text) {
    return text.matches("[0-9]{1,9}") ? (Object) Integer.valueOf(text) : text;
  }
}

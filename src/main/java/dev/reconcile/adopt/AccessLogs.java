// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.model.TextFormat;
import dev.reconcile.nginx.Directive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The access logs of a server, converted to the key {@code site.access_log}. */
final class AccessLogs {
  private final Set<String> formats;
  private final List<Object> logs = new ArrayList<>();

  /**
   * @param formats names of the log formats that the tree defines
   */
  AccessLogs(Set<String> formats) {
    this.formats = Set.copyOf(formats);
  }

  /** Adds an {@code access_log} directive; false if the key cannot express it. */
  boolean add(Directive directive) {
    List<String> words = directive.parameters();
    if (words.equals(List.of("off"))) {
      logs.add(false);
      return true;
    }
    if (words.isEmpty()
        || words.size() > 2
        || !TextFormat.ABSOLUTE_PATH.accepts(words.getFirst())) {
      return false;
    }
    if (words.size() == 1) {
      return logs.add(words.getFirst());
    }
    String format = words.getLast();
    if (!formats.contains(format) && !format.equals("combined")) {
      return false;
    }
    Map<String, Object> log = new LinkedHashMap<>();
    log.put("path", words.getFirst());
    log.put("format", format);
    return logs.add(log);
  }

  /** Returns the key's value; empty if the server has no {@code access_log}. */
  Optional<Object> value() {
    List<Object> files = logs.stream().filter(log -> !log.equals(false)).toList();
    if (files.isEmpty()) {
      return logs.stream().findFirst();
    }
    return Optional.of(
        files.size() == 1 && files.getFirst() instanceof String ? files.getFirst() : files);
  }
}

package dev.reconcile.adopt;

import dev.reconcile.model.TextFormat;
import dev.reconcile.nginx.Directive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The access logs of a server, as {@code site.access_log} has them. */
final class AccessLogs {
  private final Set<String> formats;
  private final List<Object> logs = new ArrayList<>();

  /**
   * @param formats the log formats that the tree has
   */
  AccessLogs(Set<String> formats) {
    this.formats = Set.copyOf(formats);
  }

  /** Takes up a directive; false if the key cannot say the same. */
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

  /** The key's value; none if the server says nothing of it. */
  Optional<Object> value() {
    List<Object> files = logs.stream().filter(log -> !log.equals(false)).toList();
    if (files.isEmpty()) {
      return logs.stream().findFirst();
    }
    return Optional.of(
        files.size() == 1 && files.getFirst() instanceof String ? files.getFirst() : files);
  }
}

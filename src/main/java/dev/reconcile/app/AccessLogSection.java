// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Schema;
import dev.reconcile.model.Suggestion;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The key {@code site.access_log}: the access logs of a site. */
final class AccessLogSection {
  static final Key<String> PATH = Key.text("path", TextFormat.ABSOLUTE_PATH, "", "the file");
  static final Key<String> FORMAT =
      Key.text("format", TextFormat.NAME, "", "a name from nginx.log_formats, or combined")
          .otherwise("nginx's");

  /** One access log or a list of them, each a path or a map. */
  static final Schema SCHEMA =
      Schema.oneOrMore(
          Schema.either(
              Schema.text(TextFormat.ABSOLUTE_PATH), Key.fields("an access log", PATH, FORMAT)));

  private static final Set<String> FORMATS_OF_NGINX = Set.of("combined");

  private final Declarations mistakes;
  private final Optional<Set<String>> formats;

  /**
   * @param mistakes receives the mistakes that the schema cannot detect
   * @param formats the names of {@code nginx.log_formats}; empty if they are unknown
   */
  AccessLogSection(Declarations mistakes, Optional<Set<String>> formats) {
    this.mistakes = mistakes;
    this.formats = formats;
  }

  /** Returns the access logs; empty if the site uses nginx's default. */
  List<AccessLog> decode(Table site) {
    if (site.isOff(SiteSection.ACCESS_LOG)) {
      return List.of(AccessLog.OFF);
    }
    List<AccessLog> logs = new ArrayList<>();
    for (Value item : site.items(SiteSection.ACCESS_LOG)) {
      if (!(item instanceof Value.Refused)) {
        logs.add(log(item));
      }
    }
    return logs;
  }

  private AccessLog log(Value item) {
    Table log = Table.of(item);
    String path = Table.textOf(item).orElse(log.get(PATH));
    String format = log.get(FORMAT);
    if (path.isEmpty() && log.isSound()) {
      mistakes.error(item.origin(), "Log without a path", "Add path: /var/log/nginx/….log.");
    }
    if (!format.isEmpty()
        && formats.isPresent()
        && !formats.get().contains(format)
        && !FORMATS_OF_NGINX.contains(format)) {
      mistakes.error(
          log.origin(FORMAT),
          "Unknown log format",
          "\"%s\" is not among nginx.log_formats of reconcile.yaml.%s"
              .formatted(format, Suggestion.sentence(format, formats.get())));
    }
    return new AccessLog(path, format);
  }
}

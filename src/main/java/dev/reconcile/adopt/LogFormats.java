// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.model.TextFormat;
import dev.reconcile.nginx.Directive;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The nginx log formats that the key {@code nginx.log_formats} can express. */
final class LogFormats {
  private LogFormats() {}

  /** Tells whether the key can express a format. */
  static boolean isExpressible(Directive format) {
    return format.words().size() > 2
        && TextFormat.NAME.accepts(format.words().get(1))
        && !format.words().get(2).startsWith("escape=")
        && TextFormat.NGINX_QUOTED.accepts(text(format));
  }

  private static String text(Directive format) {
    return String.join("", format.words().subList(2, format.words().size()));
  }

  /** Tells whether a file holds only log formats that the key can express. */
  static boolean isAll(List<Directive> file) {
    return !file.isEmpty() && file.stream().allMatch(d -> d.is("log_format") && isExpressible(d));
  }

  /** Returns the formats of these files, by name. */
  static Map<String, String> of(NginxTree tree, Iterable<String> files) {
    Map<String, String> formats = new TreeMap<>();
    for (String file : files) {
      for (Directive directive : tree.file(file)) {
        if (directive.is("log_format") && isExpressible(directive)) {
          formats.put(directive.words().get(1), text(directive));
        }
      }
    }
    return formats;
  }
}

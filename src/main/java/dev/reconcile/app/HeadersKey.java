// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The key {@code headers}: headers of answers, each in place of the app's own. */
final class HeadersKey implements PartKey {
  static final Key<Map<String, String>> KEY =
      Key.pairs(
              "headers",
              TextFormat.HEADER_NAME,
              TextFormat.HEADER_VALUE,
              "headers of every answer, in place of the app's own")
          .more(
              """
              Errors and the files of `static` have them, too. An empty value removes the app's \
              header. A value may contain nginx's variables.\
              """)
          .example("{X-Frame-Options: DENY, X-Powered-By: \"\"}");

  // nginx writes these headers itself, and would send a second one.
  private static final Set<String> OF_NGINX =
      Set.of(
          "connection",
          "content-length",
          "content-type",
          "date",
          "keep-alive",
          "location",
          "server",
          "transfer-encoding");

  @Override
  public Key<?> key() {
    return KEY;
  }

  @Override
  public void check(Part part, Declarations mistakes) {
    Map<String, String> seen = new HashMap<>();
    for (Value.Entry entry : part.keys().table(KEY).map().entries()) {
      String name = entry.key().toLowerCase(Locale.ROOT);
      String other = seen.putIfAbsent(name, entry.key());
      if (other != null) {
        mistakes.error(
            entry.keyOrigin(),
            "Header set twice",
            "%s and %s are the same header. Remove one of them.".formatted(other, entry.key()));
      } else if (OF_NGINX.contains(name)) {
        mistakes.error(
            entry.keyOrigin(),
            "Header of nginx",
            """
            nginx writes %s itself, so visitors would get it twice. Set it in the app.\
            """
                .formatted(entry.key()));
      } else if (name.equals("set-cookie")
          && !part.get(KEY).getOrDefault(entry.key(), "").isEmpty()) {
        mistakes.error(
            entry.keyOrigin(),
            "Header of the app",
            """
            %s would replace all cookies that %s sets. Write add_header %1$s … in \
            "extra": it adds one.\
            """
                .formatted(entry.key(), part.app()));
      }
    }
  }

  @Override
  public void add(Part part, PartLines lines) {
    part.get(KEY).forEach(lines::header);
  }
}

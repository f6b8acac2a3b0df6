// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Key;

/** The key {@code gzip}: whether nginx compresses answers. */
final class GzipKey implements PartKey {
  static final Key<Boolean> KEY =
      Key.flag("gzip", true, "whether nginx compresses texts of the app and of `static`")
          .otherwise(SiteSection.OF_NGINX)
          .more(
              """
              Debian's nginx compresses HTML of `static` alone. With `true`, nginx compresses all \
              types that shrink, from 1000 bytes on: HTML, CSS, JavaScript, JSON, XML, SVG.\
              """)
          .example("true");

  // nginx compresses text/html in any case, and warns about it in this list.
  private static final String TYPES =
      """
      text/plain text/css text/xml text/csv text/markdown text/javascript \
      application/javascript application/json application/ld+json application/manifest+json \
      application/geo+json application/problem+json application/xml application/xhtml+xml \
      application/rss+xml application/atom+xml application/wasm \
      application/vnd.ms-fontobject font/ttf font/otf image/svg+xml image/x-icon image/bmp\
      """;

  @Override
  public Key<?> key() {
    return KEY;
  }

  @Override
  public void add(Part part, PartLines lines) {
    if (!part.get(KEY)) {
      lines.line("gzip off;");
      return;
    }
    lines.line("gzip on;");
    lines.usual("gzip_vary on;");
    lines.usual("gzip_proxied any;");
    lines.usual("gzip_min_length 1000;");
    lines.usual("gzip_types " + TYPES + ";");
  }
}

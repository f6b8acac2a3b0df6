// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Key;
import dev.reconcile.model.TextFormat;

/** The key {@code proxy_buffer_size}: how much memory nginx has for the headers of an answer. */
final class BufferSizeKey implements PartKey {
  static final Key<String> KEY =
      Key.text(
              "proxy_buffer_size",
              TextFormat.SIZE,
              "",
              "the size of the buffer for response headers")
          .otherwise(SiteSection.OF_NGINX)
          .more(
              """
              Raise it for an app that sets large cookies ("upstream sent too big header"). \
              `proxy_buffers` get the same size.\
              """)
          .example("16k");

  @Override
  public Key<?> key() {
    return KEY;
  }

  // nginx requires the other buffers to be more than twice as large as the first.
  @Override
  public void add(Part part, PartLines lines) {
    String size = part.get(KEY);
    lines.line("proxy_buffer_size " + size + ";");
    if (!lines.hasRaw("proxy_busy_buffers_size")) {
      lines.usual("proxy_buffers 8 " + size + ";");
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Key;

/** The key {@code buffering}: whether nginx collects an answer of the app. */
final class BufferingKey implements PartKey {
  static final Key<Boolean> KEY =
      Key.flag("buffering", true, "whether nginx collects an answer while a slow visitor reads it")
          .more(
              """
              With `false`, the visitor gets each part as the app sends it, and a slow visitor \
              occupies a worker of the app.\
              """)
          .example("false");

  @Override
  public Key<?> key() {
    return KEY;
  }

  @Override
  public void add(Part part, PartLines lines) {
    lines.line("proxy_buffering " + (part.get(KEY) ? "on;" : "off;"));
  }
}

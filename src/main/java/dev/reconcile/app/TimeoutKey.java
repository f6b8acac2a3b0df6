// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Key;
import dev.reconcile.model.TextFormat;

/** The key {@code timeout}: how long nginx waits for the app. */
final class TimeoutKey implements PartKey {
  static final Key<String> KEY =
      Key.text(
              "timeout",
              TextFormat.DURATION,
              "",
              "how long nginx waits for the app to send or read something")
          .otherwise("60s, or gunicorn's `timeout` if that is longer")
          .more("nginx then answers 504, or closes a websocket.")
          .example("5m");

  @Override
  public Key<?> key() {
    return KEY;
  }

  @Override
  public void add(Part part, PartLines lines) {
    lines.line("proxy_read_timeout " + part.get(KEY) + ";");
    lines.usual("proxy_send_timeout " + part.get(KEY) + ";");
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import java.util.Map;

/** The server of an app's web process. */
public sealed interface WebServer permits Gunicorn, DeclaredServer, NoServer {
  /** Returns the kind of address that it listens on. */
  Bind bind();

  /** Returns gunicorn's settings as far as they are known; none if it is another server. */
  default Map<String, String> effective() {
    return Map.of();
  }

  /** Returns the file of its error log; empty if it logs to systemd's journal. */
  default String errorLog() {
    return "";
  }

  /** Returns a text that differs if another program or other code is started. */
  String identity();

  /** Returns the variables that the app must not set, and the reason. */
  default Map<String, String> reserved() {
    return Map.of();
  }
}

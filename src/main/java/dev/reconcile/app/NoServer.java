// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import java.util.Map;

/** No server: the app has no web process. */
record NoServer() implements WebServer {
  @Override
  public Bind bind() {
    return Bind.SOCKET;
  }

  @Override
  public Map<String, String> effective() {
    return Map.of();
  }

  @Override
  public String errorLog() {
    return "";
  }

  @Override
  public String identity() {
    return "";
  }
}

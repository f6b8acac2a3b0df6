// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

/** No server: the app has no web process. */
record NoServer() implements WebServer {
  @Override
  public Bind bind() {
    return Bind.SOCKET;
  }

  @Override
  public String identity() {
    return "";
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

/** The kind of address that an app listens on. */
public enum Bind {
  /** A unix socket named after the app. */
  SOCKET,
  /** A TCP port of the loopback interface. */
  PORT,
  /** A unix socket named after the app and its number. */
  SOCKET_SUFFIX,
  /** A unix socket that the app's server makes itself. */
  OWN_SOCKET,
  /** A TCP port of the loopback interface that the app's server opens itself. */
  OWN_PORT;

  /** Returns whether the address contains a number of the pool. */
  boolean needsNumber() {
    return this == PORT || this == SOCKET_SUFFIX || this == OWN_PORT;
  }

  /** Returns whether systemd holds the socket, so that requests wait in it during a restart. */
  boolean isHeld() {
    return this != OWN_SOCKET && this != OWN_PORT;
  }
}

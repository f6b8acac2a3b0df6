// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

/** The kind of address that an app listens on. */
public enum Bind {
  /** A unix socket named after the app. */
  SOCKET,
  /** A TCP port of the loopback interface. */
  PORT,
  /** A unix socket named after the app and its number. */
  SOCKET_SUFFIX
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.model.Layout;
import dev.reconcile.model.Origin;

/** A certificate and its key, as paths on the host, with their issuer. */
public record Tls(String certificate, String key, Issuer issuer, Origin origin) {
  /** Returns the directory of an app's self-signed certificate and its key. */
  static String selfSigned(String app) {
    return new Layout(app).selfSigned();
  }
}

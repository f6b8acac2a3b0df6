package dev.reconcile.app;

import dev.reconcile.model.Layout;
import dev.reconcile.model.Origin;

/** A certificate and its key, as paths on the host, and who issues it. */
public record Tls(String certificate, String key, Issuer issuer, Origin origin) {
  /** Where the self-signed certificate of an app lies, with its key. */
  static String selfSigned(String app) {
    return new Layout(app).selfSigned();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

/** The issuer of a certificate. */
public sealed interface Issuer {
  /**
   * An issuer that reconcile does not know: the administrator provides the files, which must exist.
   */
  record Given() implements Issuer {}

  /** The certificate's own key: the certificate is self-signed. */
  record Itself() implements Issuer {}

  /**
   * An ACME server (RFC 8555), used through certbot.
   *
   * @param email the address at which the server can reach the administrator
   * @param server the URL of its directory
   */
  record Acme(String email, String server) implements Issuer {}
}

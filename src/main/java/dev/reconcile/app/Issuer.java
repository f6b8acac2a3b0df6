package dev.reconcile.app;

/** Who issues a certificate. */
public sealed interface Issuer {
  /** Somebody whose business it is: the files must be there. */
  record Given() implements Issuer {}

  /** The key that belongs to it. */
  record Itself() implements Issuer {}

  /**
   * An ACME server (RFC 8555), by certbot.
   *
   * @param email whom it can reach
   * @param server the address of its directory
   */
  record Acme(String email, String server) implements Issuer {}
}

package dev.reconcile.status;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;

/** Reads the certificates of sites: of each chain the first, which is the server's own. */
final class Certificates {
  private static final int MOST_BYTES = 1 << 20;

  private Certificates() {}

  /** The certificate in a PEM file of the host; links on the way are followed. */
  static Certificate read(Facts facts, String path) {
    try {
      Optional<String> place = facts.realPath(path);
      if (place.isEmpty()) {
        return unreadable(path, "it is not there.");
      }
      byte[] pem = facts.read(place.get(), MOST_BYTES);
      X509Certificate first =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(pem));
      return new Certificate(
          path,
          Optional.of(
              new Certificate.Validity(
                  first.getNotBefore().toInstant(), first.getNotAfter().toInstant())),
          "");
    } catch (CertificateException e) {
      return unreadable(path, "it is not a certificate in PEM form.");
    } catch (HostException e) {
      return unreadable(path, "" + e.getMessage());
    }
  }

  private static Certificate unreadable(String path, String why) {
    return new Certificate(path, Optional.empty(), why);
  }
}

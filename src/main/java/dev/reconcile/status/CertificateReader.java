// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import dev.reconcile.host.CertificateInfo;
import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
import java.util.Optional;

/** The reader of site certificates: of each chain the first, which is the server's own. */
final class CertificateReader {

  private CertificateReader() {}

  /** Reads the certificate in a PEM file of the host; links are followed. */
  static SiteCertificate read(Facts facts, String path) {
    try {
      Optional<String> place = facts.realPath(path);
      if (place.isEmpty()) {
        return unreadable(path, "it is not there.");
      }
      return CertificateInfo.parse(facts.read(place.get(), Limits.CONFIG_FILE))
          .map(found -> new SiteCertificate.Validity(found.from(), found.until()))
          .map(validity -> new SiteCertificate(path, Optional.of(validity), ""))
          .orElseGet(() -> unreadable(path, "it is not a certificate in PEM form."));
    } catch (HostException e) {
      return unreadable(path, e.message());
    }
  }

  private static SiteCertificate unreadable(String path, String why) {
    return new SiteCertificate(path, Optional.empty(), why);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
import dev.reconcile.host.ServedCertificate;
import dev.reconcile.kind.PlannedFiles;
import dev.reconcile.model.Diagnostic;
import java.util.Optional;

/**
 * A check whether browsers would reject the certificate that an app's site is to have. A
 * certificate that the site already serves does not hold the app: holding it would not improve
 * anything.
 */
final class CertificateCheck {

  private CertificateCheck() {}

  static Optional<Diagnostic> of(App app, PlannedFiles files) throws HostException {
    Optional<App.Site> site = app.site();
    Optional<Tls> tls =
        site.flatMap(App.Site::tls).filter(pair -> pair.issuer() instanceof Issuer.Given);
    Optional<byte[]> file =
        tls.isEmpty() ? Optional.empty() : files.read(tls.get().certificate(), Limits.CONFIG_FILE);
    if (site.isEmpty() || tls.isEmpty() || file.isEmpty()) {
      return Optional.empty();
    }
    Optional<ServedCertificate> found = ServedCertificate.parse(file.get());
    Optional<String> fault =
        found.isEmpty()
            ? Optional.empty()
            : found.get().fault(site.get().serverNames(), files.facts()::isPast);
    if (fault.isEmpty() || CertificatePlan.isInUse(app, site.get(), tls.get(), files.facts())) {
      return Optional.empty();
    }
    String path = tls.get().certificate();
    return Optional.of(
        Diagnostic.error(
            tls.get().origin(),
            "Certificate that browsers reject",
            """
            %s %s, so %s stays as it is. Name another certificate, or get one for \
            these names (for example with tls: {acme: …}). This shows it: openssl \
            x509 -noout -dates -ext subjectAltName -in %s\
            """
                .formatted(path, fault.get(), app.name(), path)));
  }
}

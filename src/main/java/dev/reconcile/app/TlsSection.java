// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.CertificateKind;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.SelfSignedKind;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.util.Optional;

/** The key {@code site.tls}: two files of the host, a word, or an ACME server. */
final class TlsSection {
  /** The value of {@code tls} for a certificate that reconcile makes on the host. */
  private static final String SELF_SIGNED = "self-signed";

  static final Key<String> CERTIFICATE =
      Key.text("certificate", TextFormat.ABSOLUTE_PATH, "", "the chain, in PEM");
  static final Key<String> PRIVATE_KEY =
      Key.text("key", TextFormat.ABSOLUTE_PATH, "", "the key, in PEM");
  static final Key<String> EMAIL =
      Key.text("email", TextFormat.EMAIL, "", "the address at which the CA can reach you")
          .more("It is required.");
  static final Key<String> SERVER =
      Key.text(
          "server",
          TextFormat.HTTPS_URL,
          "https://acme-v02.api.letsencrypt.org/directory",
          "the URL of the server's directory");
  static final Key<Optional<Value>> ACME =
      Key.section(
              "acme",
              Key.fields("acme", EMAIL, SERVER),
              "the ACME server that issues the certificate")
          .example("{email: me@shop.example}");

  static final Schema SCHEMA =
      Schema.described(
          "{acme: {email: you@example.com}}, {certificate: PATH, key: PATH} or " + SELF_SIGNED,
          Key.fields("tls", CERTIFICATE, PRIVATE_KEY, ACME),
          Schema.choice(SELF_SIGNED));

  private final Declarations mistakes;

  TlsSection(Declarations mistakes) {
    this.mistakes = mistakes;
  }

  /**
   * Returns the certificate of a site; empty if the site sets none or too little (not reported
   * yet).
   */
  Optional<Tls> decode(String app, Table site) {
    if (site.get(SiteSection.TLS).flatMap(Table::textOf).stream().anyMatch(SELF_SIGNED::equals)) {
      return Optional.of(
          in(Tls.selfSigned(app), new Issuer.Itself(), site.origin(SiteSection.TLS)));
    }
    Table tls = site.table(SiteSection.TLS);
    String certificate = tls.get(CERTIFICATE);
    String key = tls.get(PRIVATE_KEY);
    return tls.has(ACME)
        ? Optional.of(acme(app, site, tls))
        : certificate.isEmpty() || key.isEmpty()
            ? Optional.empty()
            : Optional.of(new Tls(certificate, key, new Issuer.Given(), tls.origin(CERTIFICATE)));
  }

  private static Tls in(String folder, Issuer issuer, Origin origin) {
    return new Tls(SelfSignedKind.certificate(folder), SelfSignedKind.key(folder), issuer, origin);
  }

  private Tls acme(String app, Table site, Table tls) {
    Table acme = tls.table(ACME);
    if (tls.has(CERTIFICATE) || tls.has(PRIVATE_KEY)) {
      mistakes.error(
          tls.origin(),
          "Conflicting certificate sources",
          "With \"acme\" certbot has the files; leave \"certificate\" and \"key\" out.");
    }
    if (!acme.has(EMAIL) && acme.isSound() && !tls.isRefused(ACME)) {
      mistakes.error(
          acme.origin(),
          "ACME account without an email address",
          "Set an address at which the CA can reach you: acme: {email: you@example.com}.");
    }
    if (site.isClearlyWithout(SiteSection.SERVER_NAME)) {
      mistakes.error(
          tls.origin(),
          "Missing server name",
          "No CA issues a certificate for \"%s\": set server_name to the site's public names."
              .formatted(app));
    }
    for (String name : site.get(SiteSection.SERVER_NAME)) {
      if (CanonicalName.isPattern(name)) {
        mistakes.error(
            site.origin(SiteSection.SERVER_NAME),
            "Name that ACME cannot validate over http",
            """
            "%s" stands for many names, and the issuer asks each over http. Name \
            them one by one, or get the certificate in another way and set \
            "certificate" and "key".\
            """
                .formatted(name));
      }
    }
    return in(
        CertificateKind.folder(app),
        new Issuer.Acme(acme.get(EMAIL), acme.get(SERVER)),
        tls.origin(ACME));
  }
}

package dev.reconcile.app;

import dev.reconcile.app.App.Issuer;
import dev.reconcile.app.App.Tls;
import dev.reconcile.kind.CertificateKind;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.SelfSignedKind;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Origin;
import java.util.Optional;

/** Reads {@code site.tls}: two files of the host, a word, or whom to get a certificate from. */
final class TlsDecoder {
  private static final String LETS_ENCRYPT = "https://acme-v02.api.letsencrypt.org/directory";

  private final Declarations mistakes;

  TlsDecoder(Declarations mistakes) {
    this.mistakes = mistakes;
  }

  /** What a site says of TLS; empty if it says nothing, or too little (not reported yet). */
  Optional<Tls> decode(String app, Table site) {
    if (site.text("tls", "").equals(AppShape.SELF_SIGNED)) {
      return Optional.of(in(App.Tls.selfSigned(app), new Issuer.Itself(), site.origin("tls")));
    }
    Table tls = site.table("tls");
    return tls.has("acme")
        ? acme(app, site, tls)
        : tls.text("certificate")
            .flatMap(certificate ->
                tls.text("key")
                    .map(key ->
                        new Tls(certificate, key, new Issuer.Given(), tls.origin("certificate"))));
  }

  private static Tls in(String folder, Issuer issuer, Origin origin) {
    return new Tls(SelfSignedKind.certificate(folder), SelfSignedKind.key(folder), issuer, origin);
  }

  private Optional<Tls> acme(String app, Table site, Table tls) {
    Table acme = tls.table("acme");
    if (tls.has("certificate") || tls.has("key")) {
      mistakes.error(
          tls.origin(),
          "A certificate has one source",
          "With \"acme\" certbot has the files; leave \"certificate\" and \"key\" out.");
    }
    if (!acme.has("email")) {
      mistakes.error(
          acme.origin(),
          "An ACME account needs an address",
          "Say whom the issuer can reach: acme: {email: you@example.com}.");
    }
    if (!site.has("server_name")) {
      mistakes.error(
          tls.origin(),
          "A certificate needs a name",
          "Nobody issues one for \"" + app + "\": set server_name to the site's public names.");
    }
    for (String name : site.texts("server_name")) {
      if (name.contains("*") || name.equals("_")) {
        mistakes.error(
            site.origin("server_name"),
            "A name cannot be proved over http",
            "\""
                + name
                + "\" stands for many names, and the issuer asks each over http. Name them one by"
                + " one, or get the certificate in another way and set \"certificate\" and"
                + " \"key\".");
      }
    }
    return Optional.of(
        in(
            CertificateKind.folder(app),
            new Issuer.Acme(acme.text("email", ""), acme.text("server", LETS_ENCRYPT)),
            tls.origin("acme")));
  }
}

package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.CertificateBackoff;
import dev.reconcile.model.Step;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.NginxConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * How a site comes to its certificate. Where ACME has not given one yet, the site makes do with the
 * one that it has now, or with plain http: it must answer the challenge before there is any.
 *
 * @param interim the certificate of the site until its own is issued; empty for none
 * @param lasting the site's own certificate; empty for none
 * @param setback why nothing is ordered in this run, if so
 */
record CertificatePlan(
    Optional<Tls> interim, Optional<Tls> lasting, Optional<CertificateBackoff> setback) {
  /** Where nginx finds the answers to challenges. */
  static final String WEBROOT = "/var/lib/reconcile/acme";

  private static final int MOST_BYTES = 1 << 20;

  /**
   * For an app's site.
   *
   * @param insisted apps for which a setback counts for nothing
   */
  static CertificatePlan of(App app, App.Site site, Facts facts, Set<String> insisted)
      throws HostException {
    if (!(issuer(site.tls()) instanceof Issuer.Acme acme)) {
      return new CertificatePlan(site.tls(), site.tls(), Optional.empty());
    }
    Tls tls = site.tls().orElseThrow();
    boolean issued = isThere(facts, tls.certificate()) && isThere(facts, tls.key());
    Optional<CertificateBackoff> setback =
        CertificateBackoff.of(facts, app.name())
            .filter(one -> one.order().equals(orderOf(app, site, acme).digest()))
            .filter(one -> !insisted.contains(app.name()))
            .filter(one -> !facts.isPast(one.next()));
    Optional<Tls> interim = issued ? site.tls() : inUse(app, site, tls, facts);
    return new CertificatePlan(interim, site.tls(), setback);
  }

  static Issuer issuer(Optional<Tls> tls) {
    return tls.map(Tls::issuer).orElse(new Issuer.Given());
  }

  /** What certbot is asked for. */
  static Step.ObtainCertificate orderOf(App app, App.Site site, Issuer.Acme acme) {
    return new Step.ObtainCertificate(
        app.name(), names(site), acme.server(), WEBROOT, acme.email(), false);
  }

  /** The names that a site's certificate is for. */
  static List<String> names(App.Site site) {
    return site.serverNames().stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .distinct()
        .sorted()
        .toList();
  }

  /** The certificate of the site at the end of a run in which all goes well. */
  Optional<Tls> kept() {
    return setback.isPresent() ? interim : lasting;
  }

  /** Whether the site changes once its certificate is there. */
  boolean isInterim() {
    return !interim.equals(lasting);
  }

  /** Whether the site, or one made by hand with a name of it, shows that certificate today. */
  static boolean isInUse(App app, App.Site site, Tls tls, Facts facts) throws HostException {
    return inUse(app, site, tls, facts)
        .filter(one -> one.certificate().equals(tls.certificate()))
        .isPresent();
  }

  // An app that answers over https today goes on doing so with what it has: that of its own site,
  // or
  // of a file made by hand that this one comes in the place of.
  private static Optional<Tls> inUse(App app, App.Site site, Tls wanted, Facts facts)
      throws HostException {
    List<Directive> servers = new ArrayList<>(read(facts, app.layout().site()));
    for (String folder : NginxConflicts.FOLDERS) {
      for (String name : facts.list(folder)) {
        read(facts, folder + "/" + name).stream()
            .filter(server -> isFor(server, names(site)))
            .forEach(servers::add);
      }
    }
    for (Directive server : servers) {
      List<Directive> said = withIncluded(server, facts);
      String certificate = value(said, "ssl_certificate");
      String key = value(said, "ssl_certificate_key");
      if (isThere(facts, certificate) && isThere(facts, key)) {
        Issuer issuer =
            certificate.startsWith(Tls.selfSigned(app.name()) + "/")
                ? new Issuer.Itself()
                : new Issuer.Given();
        return Optional.of(new Tls(certificate, key, issuer, wanted.origin()));
      }
    }
    return Optional.empty();
  }

  private static List<Directive> read(Facts facts, String path) throws HostException {
    return facts
        .text(path, MOST_BYTES)
        .map(text -> NginxConfig.parse(path, text).directives())
        .orElse(List.of());
  }

  private static boolean isFor(Directive server, List<String> names) {
    return server
        .contents()
        .filter(one -> one.is("server_name"))
        .flatMap(one -> one.parameters().stream())
        .anyMatch(name -> names.contains(name.toLowerCase(Locale.ROOT)));
  }

  private static List<Directive> withIncluded(Directive server, Facts facts) throws HostException {
    List<Directive> said = new ArrayList<>(server.contents().toList());
    for (Directive one : server.block().stream().filter(d -> d.is("include")).toList()) {
      String path = one.parameter();
      if (!path.isEmpty()) {
        said.addAll(read(facts, path.startsWith("/") ? path : "/etc/nginx/" + path));
      }
    }
    return said;
  }

  private static String value(List<Directive> said, String name) {
    return said.stream()
        .filter(one -> one.is(name) && one.parameters().size() == 1)
        .map(Directive::parameter)
        .findFirst()
        .orElse("");
  }

  private static boolean isThere(Facts facts, String path) throws HostException {
    return path.startsWith("/") && facts.file(path).isPresent();
  }
}

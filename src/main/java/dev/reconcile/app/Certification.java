package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.Setback;
import dev.reconcile.model.Step;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.NginxConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * How a site comes to its certificate. Where ACME has not given one yet, the site makes do with the
 * one that it has now, or with plain http: it must answer the challenge before there is any.
 *
 * @param interim the site for the time being; the same as the lasting one if nothing is missing
 * @param lasting the site as it is declared
 * @param setback why nothing is ordered in this run, if so
 */
record Certification(App.Site interim, App.Site lasting, Optional<Setback> setback) {
  /** Where nginx finds the answers to challenges. */
  static final String WEBROOT = "/var/lib/reconcile/acme";

  private static final int MOST_BYTES = 1 << 20;

  /**
   * For an app's site.
   *
   * @param insisted apps for which a setback counts for nothing
   */
  static Certification of(App app, App.Site site, Facts facts, Set<String> insisted)
      throws HostException {
    if (!(issuer(site) instanceof App.Issuer.Acme acme)) {
      return new Certification(site, site, Optional.empty());
    }
    App.Tls tls = site.tls().orElseThrow();
    boolean issued = isThere(facts, tls.certificate()) && isThere(facts, tls.key());
    Optional<Setback> setback =
        Setback.of(facts, app.name())
            .filter(one -> one.order().equals(orderOf(app, site, acme).digest()))
            .filter(one -> !insisted.contains(app.name()))
            .filter(one -> !facts.isPast(one.next()));
    App.Site interim = issued ? site : site.withTls(inUse(app, tls, facts));
    return new Certification(interim, site, setback);
  }

  static App.Issuer issuer(App.Site site) {
    return site.tls().map(App.Tls::issuer).orElse(new App.Issuer.Given());
  }

  /** What certbot is asked for. */
  static Step.ObtainCertificate orderOf(App app, App.Site site, App.Issuer.Acme acme) {
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

  /** The site at the end of a run in which all goes well. */
  App.Site kept() {
    return setback.isPresent() ? interim : lasting;
  }

  /** Whether the site changes once its certificate is there. */
  boolean isInterim() {
    return !interim.equals(lasting);
  }

  // an app that answers over https today goes on doing so with what it has
  private static Optional<App.Tls> inUse(App app, App.Tls wanted, Facts facts)
      throws HostException {
    Optional<String> file = facts.file(SiteResources.AVAILABLE + app.name());
    if (file.isEmpty()) {
      return Optional.empty();
    }
    String text = new String(facts.read(file.get(), MOST_BYTES), StandardCharsets.UTF_8);
    for (Directive server : NginxConfig.parse(file.get(), text).directives()) {
      String certificate = value(server, "ssl_certificate");
      String key = value(server, "ssl_certificate_key");
      if (isThere(facts, certificate) && isThere(facts, key)) {
        App.Issuer issuer =
            certificate.startsWith(App.Tls.selfSigned(app.name()) + "/")
                ? new App.Issuer.Itself()
                : new App.Issuer.Given();
        return Optional.of(new App.Tls(certificate, key, issuer, wanted.origin()));
      }
    }
    return Optional.empty();
  }

  private static String value(Directive server, String name) {
    return server
        .contents()
        .filter(one -> one.is(name) && one.parameters().size() == 1)
        .map(Directive::parameter)
        .findFirst()
        .orElse("");
  }

  private static boolean isThere(Facts facts, String path) throws HostException {
    return path.startsWith("/") && facts.file(path).isPresent();
  }
}

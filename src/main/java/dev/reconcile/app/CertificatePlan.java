// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
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
 * The decision how a site obtains its certificate. Until ACME has issued one, the site keeps the
 * certificate that it has now, or uses plain http: the site must answer the challenge before there
 * is any certificate.
 *
 * @param interim the certificate of the site until its own is issued; empty for none
 * @param lasting the site's own certificate; empty for none
 * @param backoff why this run orders no certificate, if it orders none
 */
record CertificatePlan(
    Optional<Tls> interim, Optional<Tls> lasting, Optional<CertificateBackoff> backoff) {
  /** The directory in which nginx finds the answers to challenges. */
  static final String WEBROOT = "/var/lib/reconcile/acme";

  /**
   * Returns the plan for an app's site.
   *
   * @param forceRetry apps for which a setback is ignored
   */
  static CertificatePlan of(App app, App.Site site, Facts facts, Set<String> forceRetry)
      throws HostException {
    if (!(issuer(site.tls()) instanceof Issuer.Acme acme)) {
      return new CertificatePlan(site.tls(), site.tls(), Optional.empty());
    }
    Tls tls = site.tls().orElseThrow();
    boolean issued = isThere(facts, tls.certificate()) && isThere(facts, tls.key());
    Optional<CertificateBackoff> backoff =
        CertificateBackoff.of(facts, app.name())
            .filter(refused -> refused.order().equals(orderOf(app, site, acme).digest()))
            .filter(_ -> !forceRetry.contains(app.name()))
            .filter(refused -> !facts.isPast(refused.next()));
    Optional<Tls> interim = issued ? site.tls() : inUse(app, site, tls, facts);
    return new CertificatePlan(interim, site.tls(), backoff);
  }

  static Issuer issuer(Optional<Tls> tls) {
    return tls.map(Tls::issuer).orElse(new Issuer.Given());
  }

  /** Returns the order that certbot gets. */
  static Step.ObtainCertificate orderOf(App app, App.Site site, Issuer.Acme acme) {
    return new Step.ObtainCertificate(
        app.name(), names(site), acme.server(), WEBROOT, acme.email(), false);
  }

  /** Returns the names that a site's certificate covers; at least one. */
  static List<String> names(App.Site site) {
    List<String> names =
        site.serverNames().stream()
            .filter(name -> !name.startsWith("~"))
            .map(name -> name.toLowerCase(Locale.ROOT))
            .distinct()
            .sorted()
            .toList();
    return names.isEmpty() ? List.of(site.visitedName()) : names;
  }

  /** Returns the certificate of the site at the end of a successful run. */
  Optional<Tls> kept() {
    return backoff.isPresent() ? interim : lasting;
  }

  /** Returns whether the site changes once its certificate is there. */
  boolean isInterim() {
    return !interim.equals(lasting);
  }

  /**
   * Returns whether the site serves that certificate today, or a site made by hand that has one of
   * its names.
   */
  static boolean isInUse(App app, App.Site site, Tls tls, Facts facts) throws HostException {
    return inUse(app, site, tls, facts)
        .filter(served -> served.certificate().equals(tls.certificate()))
        .isPresent();
  }

  // An app that answers over https today keeps doing so with the certificate it has: that of its
  // own site, or of a file made by hand that this site replaces.
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
      List<Directive> directives = withIncluded(server, facts);
      String certificate = value(directives, "ssl_certificate");
      String key = value(directives, "ssl_certificate_key");
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
        .text(path, Limits.CONFIG_FILE)
        .map(text -> NginxConfig.parse(path, text).directives())
        .orElse(List.of());
  }

  private static boolean isFor(Directive server, List<String> names) {
    return server
        .contents()
        .filter(directive -> directive.is("server_name"))
        .flatMap(directive -> directive.parameters().stream())
        .anyMatch(name -> names.contains(name.toLowerCase(Locale.ROOT)));
  }

  private static List<Directive> withIncluded(Directive server, Facts facts) throws HostException {
    List<Directive> directives = new ArrayList<>(server.contents().toList());
    for (Directive include : server.block().stream().filter(d -> d.is("include")).toList()) {
      String path = include.parameter();
      if (!path.isEmpty()) {
        directives.addAll(read(facts, path.startsWith("/") ? path : "/etc/nginx/" + path));
      }
    }
    return directives;
  }

  private static String value(List<Directive> directives, String name) {
    return directives.stream()
        .filter(directive -> directive.is(name) && directive.parameters().size() == 1)
        .map(Directive::parameter)
        .findFirst()
        .orElse("");
  }

  private static boolean isThere(Facts facts, String path) throws HostException {
    return path.startsWith("/") && facts.file(path).isPresent();
  }
}

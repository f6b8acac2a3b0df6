// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.Templates.TemplateException;
import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.CertificateBackoff;
import dev.reconcile.kind.CertificateKind;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.LinkKind;
import dev.reconcile.kind.SelfSignedKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Handler;
import dev.reconcile.model.Phase;
import dev.reconcile.model.Role;
import dev.reconcile.model.Step;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.MaintenanceBlock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/** The resources of an app's site: nginx's file, the link to it, and what it needs for TLS. */
final class SiteResources {
  private final App app;
  private final String address;
  private final Optional<CertificatePlan> certificatePlan;
  private final NginxReading reading;
  private final Declarations declarations;
  private final Templates templates;
  private final Facts facts;
  private final HostListening listening;
  private final Optional<String> maintenance;
  private final MountResources mounts;
  private final Map<String, String> rendered = new HashMap<>();

  /**
   * @param app the app, with a site or without
   * @param address where the app listens
   * @param wishes what a person wants of apps beside the desired state
   * @param listening what sites can listen on
   */
  SiteResources(
      App app,
      String address,
      Declarations declarations,
      Templates templates,
      Facts facts,
      ByHand wishes,
      HostListening listening)
      throws HostException {
    this.app = app;
    this.listening = listening;
    this.address = address;
    this.declarations = declarations;
    this.templates = templates;
    this.facts = facts;
    this.maintenance = wishes.message(app.name());
    this.reading = new NginxReading(facts, declarations);
    this.mounts = new MountResources(app, templates, reading, declarations, maintenance);
    this.certificatePlan =
        app.site().isEmpty()
            ? Optional.empty()
            : Optional.of(CertificatePlan.of(app, app.site().get(), facts, wishes.forceRetry()));
  }

  /**
   * Returns the site's text before certificates are ordered, with {@code upstream} as the
   * upstream's address; empty for an app without a site.
   *
   * @throws TemplateException if its template cannot be used
   */
  String text(String upstream) throws HostException, TemplateException {
    if (certificatePlan.isEmpty()) {
      return "";
    }
    // A handler needs the same text as the file.
    String known = rendered.get(upstream);
    if (known == null) {
      known = text(app.site().orElseThrow(), certificatePlan.get().interim(), upstream);
      rendered.put(upstream, known);
    }
    return known;
  }

  /**
   * Returns the site's text if it has a custom template, which may contain directives for all of
   * nginx.
   */
  Optional<String> ownText() throws HostException, TemplateException {
    boolean own =
        app.site().stream()
            .filter(site -> site.balance().isEmpty() || site.balance().get().isFront())
            .anyMatch(site -> !site.template().equals(Templates.SITE));
    return own ? Optional.of(text(address)) : Optional.empty();
  }

  private String text(App.Site site, Optional<Tls> tls, String upstream)
      throws HostException, TemplateException {
    SiteTemplateModel model = new SiteTemplateModel(app, site, tls);
    String scheme = SiteTemplateModel.scheme(app, site, templates);
    List<Directive> extra = SiteHeaders.ofServer(site, reading);
    Optional<PartLines> settings = settings(site, tls.isPresent(), extra);
    SiteListens listens = listens(site, extra);
    VisitedUrl url = VisitedUrl.of(scheme, listens.hasUnusualPort());
    List<String> headers = SiteHeaders.of(extra, url);
    Map<String, Object> values = model.values(facts.nginx(), listens, headers, upstream, settings);
    values.putAll(model.names(scheme, listens));
    values.put("websockets", SiteHeaders.passesWebsockets(extra));
    SiteLocations locations = new SiteLocations(app, site, extra, settings, url);
    locations.into(values, upstream, List.of());
    Optional<Balance> hosts = site.balance().filter(one -> one.isFront() || one.isBack());
    if (hosts.isPresent()) {
      values.put("balanced_statics", model.statics(PartLines.ofSite(List.of(), false)));
      BalancedSite balanced = new BalancedSite(app, site, hosts.get(), templates, extra);
      locations.into(values, Balance.upstream(app.name()), balanced.proxyLines());
      return balanced(balanced, hosts.get(), values, headers);
    }
    return inMaintenance(templates.render(site.template(), values));
  }

  private Optional<PartLines> settings(App.Site site, boolean isEncrypted, List<Directive> extra) {
    if (!templates.uses(site.template(), PartKeys.SETTINGS)) {
      return Optional.empty();
    }
    boolean isBehindTls = isEncrypted || site.keys().has(RealIpKey.KEY);
    PartLines lines = PartLines.ofSite(extra, isBehindTls);
    return Optional.of(PartKeys.add(app.part(site), lines));
  }

  private String balanced(
      BalancedSite hosts, Balance balance, Map<String, Object> values, List<String> headers)
      throws TemplateException {
    String front = balance.isFront() ? inMaintenance(hosts.front(values, headers, address)) : "";
    String back = balance.isBack() ? hosts.back(values) : "";
    return front.isEmpty() || back.isEmpty() ? front + back : front + "\n" + back;
  }

  private String inMaintenance(String text) {
    return maintenance.flatMap(message -> MaintenanceBlock.into(text, message)).orElse(text);
  }

  /**
   * Returns the texts of nginx's files that pass requests to the app, by path.
   *
   * @param upstream where the app listens
   */
  SortedMap<String, String> texts(String upstream) throws HostException, TemplateException {
    SortedMap<String, String> texts = mounts.texts(upstream);
    if (app.site().isPresent()) {
      texts.put(app.layout().site(), text(upstream));
    }
    String http = httpText();
    if (!http.isEmpty()) {
      texts.put(SiteHttp.file(app.name()), http);
    }
    return texts;
  }

  /** Declares the resources; none for an app that no visitor reaches. */
  void declare() throws HostException, TemplateException {
    mounts.declare(address);
    http();
    if (certificatePlan.isEmpty()) {
      return;
    }
    CertificatePlan tls = certificatePlan.get();
    App.Site site = app.site().orElseThrow();
    checks(site);
    String path = app.layout().site();
    Content interim = Content.of(text(address));
    Content lasting = tls.isInterim() ? Content.of(text(site, tls.lasting(), address)) : interim;
    declarations.add(
        new Declared(
            FileKind.address(path),
            file(interim),
            app.name(),
            Role.SITE,
            List.of(SharedResources.RELOAD_NGINX),
            app.origin(),
            file(lasting)));
    add(
        LinkKind.address(app.layout().siteLink()),
        new LinkKind.Spec(path),
        Role.SITE_LINK,
        List.of(SharedResources.RELOAD_NGINX));
    if (CertificatePlan.issuer(tls.kept()) instanceof Issuer.Itself) {
      selfSigned(site);
    }
    if (CertificatePlan.issuer(tls.lasting()) instanceof Issuer.Acme acme) {
      acme(acme, site, tls, tls.isInterim() ? Optional.of(lasting) : Optional.empty());
    }
  }

  // The host's limits do not concern a template with listen lines of its own.
  private SiteListens listens(App.Site site, List<Directive> extra) throws HostException {
    return isListening(site)
        ? listening.of(app, site, extra)
        : HostListening.wished(facts).of(app, site, extra);
  }

  private boolean isListening(App.Site site) {
    String template = site.template();
    boolean isPipe = site.balance().stream().anyMatch(one -> one.isBack() && !one.isFront());
    return !isPipe
        && Stream.of("listens", "http_listens", "https_listens")
            .anyMatch(value -> templates.uses(template, value));
  }

  private void checks(App.Site site) throws HostException {
    SiteChecks checks = new SiteChecks(app, site, address, declarations);
    checks.check(templates);
    List<Directive> extra = SiteHeaders.ofServer(site, reading);
    boolean hasIpv6 = isListening(site) && listens(site, extra).hasIpv6();
    if (site.isVisited()) {
      new SettingsCheck(app, site, declarations).check(hasIpv6);
    }
    boolean hasOwn =
        extra.stream().anyMatch(line -> line.is("listen") && line.text().contains("["));
    if (hasIpv6 || (hasOwn && isListening(site))) {
      checks.checkRules(extra);
    }
  }

  // The file has the phase of sites, so that nginx reads both or neither.
  private void http() throws HostException, TemplateException {
    String text = httpText();
    if (!text.isEmpty()) {
      add(
          FileKind.address(SiteHttp.file(app.name())),
          file(Content.of(text)),
          Role.SITE,
          List.of(SharedResources.RELOAD_NGINX));
    }
  }

  private String httpText() throws HostException, TemplateException {
    List<String> lines = new ArrayList<>();
    if (app.site().isPresent()) {
      lines.addAll(http(app.site().get()));
    }
    lines.addAll(mounts.http(address));
    return lines.isEmpty()
        ? ""
        : templates.render(
            "http.conf", Map.of("from", app.origin().file(), "text", String.join("\n", lines)));
  }

  private List<String> http(App.Site site) throws HostException {
    List<String> lines = new ArrayList<>();
    if (!site.http().isBlank()) {
      lines.add(site.http().stripTrailing());
    }
    if (site.isVisited()) {
      List<Directive> extra = SiteHeaders.ofServer(site, reading);
      Optional<PartLines> settings = settings(site, site.tls().isPresent(), extra);
      settings.ifPresent(own -> lines.addAll(own.http()));
      lines.addAll(new SiteLocations(app, site, extra, settings, VisitedUrl.USUAL).http(address));
    }
    return lines;
  }

  private static FileKind.Spec file(Content text) {
    return new FileKind.Spec(text, FileAttributes.root(0644));
  }

  private void selfSigned(App.Site site) {
    add(
        SelfSignedKind.address(Tls.selfSigned(app.name())),
        new SelfSignedKind.Spec(CertificatePlan.names(site), SelfSignedKind.VALID),
        Role.KEY_PAIR,
        List.of(SharedResources.RELOAD_NGINX));
  }

  private void acme(
      Issuer.Acme acme, App.Site site, CertificatePlan tls, Optional<Content> lasting) {
    if (tls.backoff().isPresent()) {
      postpone(tls.backoff().get(), tls);
      return;
    }
    String reload = Handler.CERTIFICATE + app.name();
    declarations.add(
        new Handler(
            reload,
            Phase.CERTIFICATES,
            List.of(new Step.TestNginx(), new Step.ReloadNginx()),
            List.of(),
            app.name()));
    add(
        CertificateKind.address(CertificateKind.folder(app.name())),
        new CertificateKind.Spec(
            CertificatePlan.names(site),
            acme.server(),
            CertificatePlan.WEBROOT,
            CertificateKind.VALID,
            new CertificateKind.Order(acme.email(), app.layout().site(), lasting)),
        Role.CERTIFICATE,
        List.of(reload));
  }

  private void postpone(CertificateBackoff backoff, CertificatePlan tls) {
    declarations.postpone(
        tls.lasting().map(Tls::origin).orElse(app.origin()),
        "Certificate order deferred",
        """
        %s%s. %s of its certificate failed. It is ordered again \
        after %s, or now with --only %s.\
        """
            .formatted(
                app.name(),
                tls.interim().isEmpty()
                    ? " is served over http"
                    : " is served with the certificate that it has",
                backoff.count() == 1 ? "The last order" : "The last " + backoff.count() + " orders",
                backoff.next(),
                app.name()));
  }

  private void add(Address address, Record spec, Role role, List<String> notifies) {
    declarations.add(new Declared(address, spec, app.name(), role, notifies, app.origin()));
  }
}

package dev.reconcile.app;

import dev.reconcile.app.Templates.TemplateException;
import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.LinkKind;
import dev.reconcile.kind.SelfSignedKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Attributes;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Role;
import java.util.List;
import java.util.Locale;

/** What an app's site becomes: nginx's file, the link to it, and what it needs for TLS. */
final class SiteResources {
  static final String AVAILABLE = "/etc/nginx/sites-available/";
  static final String ENABLED = "/etc/nginx/sites-enabled/";

  private final Declarations declarations;
  private final Templates templates;
  private final Facts facts;

  SiteResources(Declarations declarations, Templates templates, Facts facts) {
    this.declarations = declarations;
    this.templates = templates;
    this.facts = facts;
  }

  /**
   * A site's text with {@code address} as the upstream; empty for an app without a site.
   *
   * @throws TemplateException if its template cannot be used
   */
  String text(App app, String address) throws HostException, TemplateException {
    if (app.site().isEmpty()) {
      return "";
    }
    App.Site site = app.site().get();
    return templates.render(site.template(), SiteValues.of(app, site, facts.nginx(), address));
  }

  /** Declares them; nothing for an app without a site. */
  void declare(App app) throws HostException, TemplateException {
    if (app.site().isEmpty()) {
      return;
    }
    String path = AVAILABLE + app.name();
    Content text = Content.of(text(app, app.address()));
    add(
        app,
        new Address("file", path),
        new FileKind.Spec(text, Attributes.root(0644)),
        Role.SITE,
        List.of(Ground.RELOAD_NGINX));
    add(
        app,
        new Address("link", ENABLED + app.name()),
        new LinkKind.Spec(path),
        Role.SITE_LINK,
        List.of(Ground.RELOAD_NGINX));
    if (app.site().get().tls().stream().anyMatch(tls -> tls.issuer() == App.Issuer.ITSELF)) {
      selfSigned(app, app.site().get());
    }
  }

  private void selfSigned(App app, App.Site site) {
    add(
        app,
        new Address("self-signed", App.Tls.selfSigned(app.name())),
        new SelfSignedKind.Spec(names(site), SelfSignedKind.VALID),
        Role.KEY_PAIR,
        List.of(Ground.RELOAD_NGINX));
  }

  private static List<String> names(App.Site site) {
    return site.serverNames().stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .distinct()
        .sorted()
        .toList();
  }

  private void add(App app, Address address, Record spec, Role role, List<String> notifies) {
    declarations.add(new Declared(address, spec, app.name(), role, notifies, app.origin()));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.App.Site;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The key {@code site}: the nginx site of an app. */
final class SiteSection {
  /** The default of a key without which nginx decides. */
  static final String OF_NGINX = "nginx's";

  static final Key<List<String>> SERVER_NAME =
      Key.texts("server_name", TextFormat.SERVER_NAME, "the names of the site")
          .otherwise("`NAME`")
          .example("[shop.example, www.shop.example]");
  static final Key<List<String>> LISTEN =
      Key.texts("listen", TextFormat.LISTEN, "the addresses and ports of the site")
          .otherwise("all addresses, IPv4 and IPv6")
          .more(
              """
              An address without a port has port 80, and 443 with TLS. A port without an address \
              is the port of all addresses. With TLS, every port but 80 is a port of https.\
              """)
          .example("[192.0.2.10, \"[2001:db8::10]\"]");
  static final Key<Boolean> DEFAULT_SERVER =
      Key.flag(
          "default_server",
          false,
          "whether the site answers the names that no site has, on each of its addresses");
  static final Key<Optional<Value>> REDIRECT_HTTP =
      Key.section(
              "redirect_http",
              Schema.orOff(RedirectSection.SCHEMA),
              "the redirect of plain http, if the site has TLS")
          .otherwise("301 to `https://$host$request_uri`");
  static final Key<Optional<Value>> TLS =
      Key.section("tls", TlsSection.SCHEMA, "the certificate")
          .otherwise("none: port 80")
          .more(
              """
              A map with `certificate` and `key`, or with `acme`; or the word `self-signed`. With \
              a certificate, the site listens on port 443 with HTTP/2.\
              """);
  static final Key<String> KEEPALIVE =
      Key.text(
              "keepalive_timeout",
              TextFormat.DURATION,
              "",
              "the time after which nginx closes an idle connection")
          .otherwise(OF_NGINX);
  static final Key<List<String>> METHODS =
      Key.texts("methods", TextFormat.METHOD, "the allowed methods; nginx answers others with 444")
          .otherwise("all")
          .more("List `HEAD` and `OPTIONS` if the app needs them.")
          .example("[GET, HEAD, POST]");
  static final Key<String> ROOT =
      Key.text("root", TextFormat.ABSOLUTE_PATH, "", "nginx's root directive")
          .otherwise(OF_NGINX)
          .more(
              """
              It applies to locations of `extra`. A request that matches neither `extra` nor \
              `static` goes to the app.\
              """);
  static final Key<Optional<Value>> ACCESS_LOG =
      Key.section(
              "access_log",
              Schema.orOff(AccessLogSection.SCHEMA),
              "the access logs, or false for none")
          .otherwise(OF_NGINX)
          .example("{path: /var/log/nginx/shop.log, format: timed}");
  static final Key<String> ERROR_LOG =
      Key.text("error_log", TextFormat.ABSOLUTE_PATH, "", "the error log").otherwise(OF_NGINX);
  static final Key<Optional<Value>> STATIC =
      Key.section(
              "static",
              Schema.mapOf(TextFormat.URL_PREFIX, StaticDecoder.FILES),
              "directories that nginx serves, by URL prefix")
          .more(
              """
              A relative path is a path of `data` or of the source. A prefix is longer than `/`. \
              reconcile adds a missing slash at the end of \
              either. A prefix and a path with the same file extension name a file: \
              `/favicon.ico: /srv/shop/favicon.ico`.\
              """)
          .example("{/static/: " + new Layout("shop").code() + "/static/}");
  static final Key<Boolean> HTTP2 =
      Key.flag("http2", true, "whether the site with TLS speaks HTTP/2")
          .more("nginx before 1.25.1 turns it off only if no site of the same address has it.");
  static final Key<String> EXTRA =
      Key.text("extra", TextFormat.LINES, "", "raw lines of nginx's server block")
          .more(
              """
              A `proxy_set_header` in them, or in a file that they include, replaces the \
              built-in header of that name. `{{upstream}}` is the URL of the app for nginx, as in \
              `proxy_pass {{upstream}};`.\
              """);
  static final Key<Optional<Value>> LOCATIONS =
      Key.section(
              "locations",
              Schema.mapOf(TextFormat.LOCATION, LocationSection.SCHEMA),
              "the parts of the site that differ from the rest, by path")
          .more(
              """
              Each has one of `app`, `proxy`, `static` and `redirect`, or it is a part of the app \
              with settings of its own. See [locations](nginx-and-tls.md#locations).\
              """)
          .example("{/api/: {app: api}, /old/: {redirect: /new/}}");
  static final Key<Optional<Value>> MOUNT =
      Key.section("mount", MountSection.SCHEMA, "a path of another app's site, in place of a site")
          .otherwise("none: a site of its own")
          .example("{on: shop, path: /api/}");
  static final Key<String> HTTP =
      Key.text(
              "http", TextFormat.LINES, "", "raw lines of nginx's http block: map, zones, upstream")
          .more("reconcile writes them to `conf.d/reconcile-http-NAME.conf`.");
  static final Key<String> TEMPLATE =
      Key.text("template", TextFormat.TEMPLATE_NAME, Templates.SITE, "a file of templates/");

  /**
   * Keys that are directives of nginx and have no place of their own in {@code site.conf}, which
   * writes them in this order. A new directive needs no other change than its line here.
   */
  static final List<Key<String>> DIRECTIVES = List.of(ERROR_LOG);

  /** Keys whose value a template gets unchanged, under the key's own name. */
  static final List<Key<String>> UNCHANGED = unchanged();

  static final Schema.Fields SCHEMA = Key.fields("site", keys());

  /** Returns the keys of a server, which a location cannot have. */
  static List<Key<?>> keysOfServer() {
    return List.of(
        SERVER_NAME,
        CanonicalName.KEY,
        LISTEN,
        DEFAULT_SERVER,
        REDIRECT_HTTP,
        TLS,
        KEEPALIVE,
        ROOT,
        RealIpKey.KEY,
        HTTP2,
        LOCATIONS,
        TEMPLATE);
  }

  private final Declarations mistakes;
  private final Optional<Set<String>> logFormats;

  /**
   * @param mistakes receives the mistakes that the schema cannot detect
   * @param logFormats the names of {@code nginx.log_formats}; empty if they are unknown
   */
  SiteSection(Declarations mistakes, Optional<Set<String>> logFormats) {
    this.mistakes = mistakes;
    this.logFormats = logFormats;
  }

  private static List<Key<String>> unchanged() {
    return Stream.concat(
            Stream.of(MaxBodyKey.KEY, KEEPALIVE, ROOT, BufferSizeKey.KEY), DIRECTIVES.stream())
        .toList();
  }

  private static List<Key<?>> keys() {
    List<Key<?>> keys = new ArrayList<>();
    keys.addAll(List.of(SERVER_NAME, CanonicalName.KEY, LISTEN, DEFAULT_SERVER));
    keys.addAll(List.of(REDIRECT_HTTP, TLS, KEEPALIVE, METHODS, ROOT));
    keys.add(ACCESS_LOG);
    keys.addAll(DIRECTIVES);
    keys.addAll(PartKeys.keysOfSite());
    keys.addAll(List.of(HTTP2, STATIC, LOCATIONS, MOUNT, EXTRA, HTTP, TEMPLATE));
    return keys;
  }

  /**
   * Returns the site.
   *
   * @param name the app's name
   * @param site the value of the key
   * @param paths the app's code and data
   * @param file the app's file
   */
  Site decode(String name, Table site, StaticPaths paths, Origin file) {
    List<String> names = site.get(SERVER_NAME);
    List<String> answered = names.isEmpty() && !site.isRefused(SERVER_NAME) ? List.of(name) : names;
    Optional<Tls> tls = new TlsSection(mistakes).decode(name, site);
    if (tls.isEmpty()) {
      withoutCertificate(site);
    }
    boolean acme = tls.stream().anyMatch(pair -> pair.issuer() instanceof Issuer.Acme);
    CanonicalName.check(site, answered, mistakes);
    checkListen(site, tls);
    if (site.has(HTTP)) {
      SiteHttp.check(site.get(HTTP), site.origin(HTTP), mistakes);
    }
    List<Static> statics = new StaticDecoder(mistakes).decode(site, paths, acme);
    PartKeys.check(Part.site(name, site, paths), RawLines.of(site, EXTRA), mistakes);
    return new Site(
        answered,
        redirect(site, tls, answered),
        tls,
        new SiteLogs(new AccessLogSection(mistakes, logFormats).decode(site), site.get(ERROR_LOG)),
        new SiteParts(
            statics,
            new LocationSection(mistakes, logFormats).decode(name, site, paths, statics),
            false),
        site,
        Optional.empty(),
        site.map().entries().isEmpty() ? file : site.origin());
  }

  private void withoutCertificate(Table site) {
    if (site.has(TLS)) {
      if (!site.isRefused(TLS) && site.table(TLS).isSound()) {
        mistakes.error(
            site.origin(TLS),
            "Missing certificate",
            """
            tls needs both "certificate" and "key", as paths on the host; or acme: \
            {email: …}; or the word self-signed.\
            """);
      }
    } else if (site.has(REDIRECT_HTTP)
        && !site.isOff(REDIRECT_HTTP)
        && !site.isRefused(REDIRECT_HTTP)
        && site.isClearlyWithout(TLS)) {
      mistakes.error(
          site.origin(REDIRECT_HTTP),
          "Missing certificate",
          "redirect_http sends browsers to https, which needs tls: {certificate: …, key: …}.");
    }
  }

  private void checkListen(Table site, Optional<Tls> tls) {
    if (site.isRefused(LISTEN) || (tls.isEmpty() && site.has(TLS))) {
      return;
    }
    SiteEndpoints endpoints = SiteEndpoints.of(site.get(LISTEN), tls.isPresent());
    if (endpoints.isHttpOnHttpsPort()) {
      mistakes.error(
          site.origin(LISTEN),
          "Missing certificate",
          "Port 443 is the port of https, which needs tls: {certificate: …, key: …}.");
    } else if (tls.isPresent() && endpoints.https().isEmpty()) {
      mistakes.error(
          site.origin(LISTEN),
          "Missing port in site.listen",
          "The site has tls, and listen has only port 80. Add a port for https, such as 443.");
    } else if (tls.stream().anyMatch(pair -> pair.issuer() instanceof Issuer.Acme)
        && !endpoints.hasHttpPort()) {
      mistakes.error(
          site.origin(LISTEN),
          "Missing port in site.listen",
          "The ACME server validates the names on port 80. Add it: listen: [80, …].");
    }
  }

  private Optional<Redirect> redirect(Table site, Optional<Tls> tls, List<String> names) {
    boolean given = site.has(REDIRECT_HTTP) && !site.isRefused(REDIRECT_HTTP);
    if (site.isOff(REDIRECT_HTTP) || (tls.isEmpty() && !given)) {
      return Optional.empty();
    }
    Redirect redirect = new RedirectSection(mistakes).decode(site.table(REDIRECT_HTTP), names);
    return tls.isEmpty() ? Optional.empty() : Optional.of(redirect);
  }
}

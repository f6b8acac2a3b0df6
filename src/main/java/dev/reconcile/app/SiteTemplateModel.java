// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.NginxVersion;
import dev.reconcile.kind.Key;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.NginxConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The values of a site's template, each checked when the app was read. */
final class SiteTemplateModel {
  private static final Pattern LISTEN_SSL =
      Pattern.compile("(?<![\\w$])listen\\s[^;{}]*\\bssl\\b[^;{}]*;");

  private static final Pattern HOST = Pattern.compile("//\\$host(?![a-z_])");

  private static final Pattern META = Pattern.compile("[.^$*+?()\\[\\]{}|]");

  private final App app;
  private final App.Site site;
  private final Optional<Tls> tls;

  /**
   * @param tls the certificate that the site uses for now; without it, a site that declares a
   *     certificate uses plain http
   */
  SiteTemplateModel(App app, App.Site site, Optional<Tls> tls) {
    this.app = app;
    this.site = site;
    this.tls = tls;
  }

  /**
   * Returns the values that {@code site.conf} and its replacements may name.
   *
   * @param nginx the version of nginx
   * @param listens what the site listens on
   * @param headers the directives that set the headers of requests to the app
   * @param address where the requests go
   * @param settings the lines of {@link PartKeys}; empty if the template does not use them
   */
  Map<String, Object> values(
      NginxVersion nginx,
      SiteListens listens,
      List<String> headers,
      String address,
      Optional<PartLines> settings) {
    Map<String, Object> values = new HashMap<>();
    values.put("from", app.origin().file());
    values.put("name", app.name());
    values.put("directory", app.directory());
    values.put("redirect", redirect(listens));
    boolean http2 = site.get(SiteSection.HTTP2);
    values.put("http_listens", listens.http());
    values.put("https_listens", listens.https(nginx, http2));
    values.put("listens", tls.isPresent() ? listens.https(nginx, http2) : listens.http());
    SiteListens other = listens.ofAnother();
    values.put("other_listens", tls.isPresent() ? other.https(nginx, http2) : other.http());
    values.put("challenges", app.usesAcme() ? CertificatePlan.WEBROOT : "");
    // The template names auth_request only if the site uses it: not every nginx knows the
    // directive.
    values.put("guarded", site.extra().contains("auth_request"));
    values.put("tls", tls.<Object>map(pair -> tls(pair, nginx, http2)).orElse(false));
    SiteSection.UNCHANGED.forEach(
        key -> values.put(key.name(), settings.isPresent() && isSetting(key) ? "" : site.get(key)));
    values.put("directives", directives(settings.isPresent()));
    values.put(PartKeys.SETTINGS, settings.map(lines -> lines.server(List.of())).orElse(List.of()));
    values.put("methods", String.join("|", site.get(SiteSection.METHODS)));
    values.put("access_logs", accessLogs());
    values.put("statics", statics(settings.orElse(PartLines.ofSite(List.of(), tls.isPresent()))));
    values.put("proxy_buffers", settings.isPresent() ? "" : proxyBuffers());
    values.put("extra", indented(LocationText.expanded(extra(), address)));
    values.put("headers", headers);
    NginxLimits limits = new NginxLimits(app.web().effective(), site.extra());
    values.put("read_timeout", readTimeout(limits, settings.isPresent()));
    values.put("header_buffers", limits.headerBuffers());
    // This is the only place where a site gets the address of its app.
    values.put("upstream", "http://" + address);
    values.put("address", address);
    return values;
  }

  /**
   * Returns the values that are about the names of the site.
   *
   * @param scheme the variable with the scheme that visitors use
   * @param listens what the site listens on
   */
  Map<String, Object> names(String scheme, SiteListens listens) {
    String canonical = site.get(CanonicalName.KEY);
    List<String> others =
        site.serverNames().stream().filter(name -> !name.equals(canonical)).toList();
    boolean redirects = !others.isEmpty() && others.size() < site.serverNames().size();
    int port = tls.isPresent() ? listens.httpsPort() : listens.httpPort();
    String host = canonical + (port > 0 ? ":" + port : "");
    String to = (tls.isPresent() ? "https" : scheme) + "://" + host + "$request_uri";
    return Map.of(
        "server_names",
        words(site.serverNames()),
        "own_names",
        redirects ? canonical : words(site.serverNames()),
        "canonical",
        redirects ? Map.of("others", words(others), "to", to) : false);
  }

  // nginx reads a brace or a semicolon of a regular expression as its own.
  private static String words(List<String> names) {
    return names.stream()
        .map(name -> name.startsWith("~") ? '"' + name + '"' : name)
        .collect(Collectors.joining(" "));
  }

  /** Returns the variable with the scheme that visitors of a site use. */
  static String scheme(App app, App.Site site, Templates templates) {
    return site.keys().has(RealIpKey.KEY) && templates.uses(site.template(), PartKeys.SETTINGS)
        ? RealIpKey.scheme(app.name())
        : VisitedUrl.USUAL.scheme();
  }

  // An ACME server validates over http, also if the site answers nothing else there.
  private Object redirect(SiteListens listens) {
    if (tls.isEmpty() || listens.plain().isEmpty()) {
      return false;
    }
    if (site.redirect().isPresent()) {
      Redirect redirect = site.redirect().get();
      String canonical = site.get(CanonicalName.KEY);
      String usual = redirect.at(listens.httpsPort());
      String to = canonical.isEmpty() ? usual : HOST.matcher(usual).replaceAll("//" + canonical);
      return Map.of("to", to, "status", Integer.toString(redirect.status()));
    }
    return app.usesAcme() ? Map.of("to", "", "status", "404") : false;
  }

  private static Map<String, Object> tls(Tls tls, NginxVersion nginx, boolean http2) {
    return Map.of(
        "certificate",
        tls.certificate(),
        "key",
        tls.key(),
        "listen",
        nginx.hasHttp2Directive() || !http2 ? "443 ssl" : "443 ssl http2",
        "http2_directive",
        nginx.hasHttp2Directive() && http2);
  }

  private List<Map<String, String>> accessLogs() {
    List<Map<String, String>> logs = new ArrayList<>();
    for (AccessLog log : site.logs().access()) {
      String format = log.format().isEmpty() ? "" : " " + log.format();
      logs.add(Map.of("path", log.path(), "format", format));
    }
    return logs;
  }

  private static boolean isSetting(Key<String> key) {
    return PartKeys.isKey(key.name()) && !key.equals(MaxBodyKey.KEY);
  }

  // A template without the settings may still use the values of two of their keys.
  private List<Map<String, String>> directives(boolean hasSettings) {
    return Stream.concat(
            SiteSection.DIRECTIVES.stream(),
            hasSettings ? Stream.of() : Stream.of(BufferSizeKey.KEY))
        .filter(key -> !site.get(key).isEmpty())
        .map(key -> Map.of("name", key.name(), "value", site.get(key)))
        .toList();
  }

  private String readTimeout(NginxLimits limits, boolean hasSettings) {
    String own = site.get(TimeoutKey.KEY);
    return own.isEmpty() ? limits.readTimeout() : hasSettings ? "" : own;
  }

  /**
   * Returns the locations of the files that nginx serves itself.
   *
   * @param server the lines of the server block that has them
   */
  List<Map<String, Object>> statics(PartLines server) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Static files : site.statics()) {
      Object earlier = earlier(files, all.size() + 1);
      all.add(
          Map.of(
              "prefix",
              files.location(),
              "directory",
              files.path(),
              "guard",
              files.guard(),
              "settings",
              settings(files, earlier, server),
              "earlier",
              earlier));
    }
    return all;
  }

  private static List<String> settings(Static files, Object earlier, PartLines server) {
    PartLines lines = server.ofLocation(List.of());
    if (!files.cache().isEmpty()) {
      lines.line("expires " + files.cache() + ";");
      lines.withoutHeader("Expires");
      lines.withoutHeader("Cache-Control");
    }
    if (earlier instanceof Map<?, ?> names) {
      lines.page("404", "error_page 404 = " + names.get("location") + ";");
    }
    return lines.block();
  }

  // Builds give files new names. A page that a visitor opened before a deployment asks for the
  // earlier ones.
  private Object earlier(Static files, int number) {
    String code = app.directory() + "/";
    if (app.build().isEmpty() || files.isFile() || !files.path().startsWith(code)) {
      return false;
    }
    String prefix = files.location().replace("\"", "");
    String rest = files.path().substring(code.length() - 1, files.path().length() - 1);
    return Map.of(
        "location",
        "@reconcile_earlier_" + number,
        "root",
        app.layout().earlier() + rest,
        "guard",
        StaticPaths.ownersLinks(app.layout().earlier()),
        "uri",
        "\"^" + META.matcher(prefix).replaceAll("\\\\$0") + "(.*)$\"");
  }

  // nginx requires the other buffers to be more than twice as large as the first.
  private String proxyBuffers() {
    String size = site.get(BufferSizeKey.KEY);
    boolean own =
        SiteHeaders.extra(site).stream()
            .anyMatch(line -> line.is("proxy_buffers") || line.is("proxy_busy_buffers_size"));
    return own || size.isEmpty() ? "" : "8 " + size;
  }

  // nginx refuses to listen for https without a certificate.
  private String extra() {
    boolean waits = site.tls().isPresent() && tls.isEmpty();
    return waits ? LISTEN_SSL.matcher(site.extra()).replaceAll("") : site.extra();
  }

  /** Returns raw lines with the indentation of the template, unless that would change a value. */
  static String indented(String extra) {
    if (NginxConfig.parse("", extra).directives().stream().anyMatch(Directive::spansLines)) {
      return extra.stripTrailing();
    }
    return extra.isBlank() ? "" : extra.stripTrailing().indent(4).stripTrailing();
  }
}

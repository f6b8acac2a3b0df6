package dev.reconcile.app;

import dev.reconcile.host.NginxVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The values of a site's template, each checked when the app was read. */
final class SiteTemplateModel {
  private SiteTemplateModel() {}

  /**
   * What {@code site.conf} and its replacements may name.
   *
   * @param headers the directives that set the headers of requests to the app
   */
  static Map<String, Object> of(
      App app, App.Site site, NginxVersion nginx, List<String> headers, String address) {
    Map<String, Object> values = new HashMap<>();
    values.put("from", app.origin().file());
    values.put("name", app.name());
    values.put("directory", app.directory());
    values.put("server_names", String.join(" ", site.serverNames()));
    values.put("redirect", redirect(app, site));
    values.put("challenges", app.usesAcme() ? CertificatePlan.WEBROOT : "");
    // switched off by name only where it is on: not every nginx knows the directive
    values.put("guarded", site.extra().contains("auth_request"));
    values.put("tls", site.tls().<Object>map(tls -> tls(tls, nginx)).orElse(false));
    values.put("client_max_body_size", site.maxBodySize());
    values.put("keepalive_timeout", site.keepaliveTimeout());
    values.put("methods", String.join("|", site.methods()));
    values.put("root", site.root());
    values.put("access_logs", accessLogs(site));
    values.put("error_log", site.errorLog());
    values.put("statics", statics(site));
    values.put("proxy_buffer_size", site.proxyBufferSize());
    values.put("proxy_buffers", proxyBuffers(site));
    values.put("extra", indented(site.extra()));
    values.put("headers", headers);
    NginxLimits limits = new NginxLimits(app.gunicorn().options(), site.extra());
    values.put("read_timeout", limits.readTimeout());
    values.put("header_buffers", limits.headerBuffers());
    // the one place where a site learns where its app listens
    values.put("upstream", "http://" + address);
    values.put("address", address);
    return values;
  }

  // an ACME server asks over http, also for a site that has nothing else to say there
  private static Object redirect(App app, App.Site site) {
    if (site.redirect().isPresent()) {
      Redirect redirect = site.redirect().get();
      return Map.of("to", redirect.to(), "status", Integer.toString(redirect.status()));
    }
    return app.usesAcme() && site.tls().isPresent() ? Map.of("to", "", "status", "404") : false;
  }

  private static Map<String, Object> tls(App.Tls tls, NginxVersion nginx) {
    return Map.of(
        "certificate", tls.certificate(),
        "key", tls.key(),
        "listen", nginx.hasHttp2Directive() ? "443 ssl" : "443 ssl http2",
        "http2_directive", nginx.hasHttp2Directive());
  }

  private static List<Map<String, String>> accessLogs(App.Site site) {
    List<Map<String, String>> logs = new ArrayList<>();
    for (App.AccessLog log : site.accessLogs()) {
      String format = log.format().isEmpty() ? "" : " " + log.format();
      logs.add(Map.of("path", log.path(), "format", format));
    }
    return logs;
  }

  private static List<Map<String, String>> statics(App.Site site) {
    return site.statics().stream()
        .map(one -> Map.of("prefix", one.location(), "directory", one.path()))
        .toList();
  }

  // nginx wants more than twice the first buffer's room in the others
  private static String proxyBuffers(App.Site site) {
    boolean own =
        SiteHeaders.extra(site).stream()
            .anyMatch(one -> one.is("proxy_buffers") || one.is("proxy_busy_buffers_size"));
    return own || site.proxyBufferSize().isEmpty() ? "" : "8 " + site.proxyBufferSize();
  }

  private static String indented(String extra) {
    return extra.isBlank() ? "" : extra.stripTrailing().indent(4).stripTrailing();
  }
}

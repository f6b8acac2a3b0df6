package dev.reconcile.app;

import dev.reconcile.app.App.AccessLog;
import dev.reconcile.app.App.Issuer;
import dev.reconcile.app.App.Site;
import dev.reconcile.app.App.Tls;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Suggestion;
import dev.reconcile.model.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads an app's {@code site}. */
final class SiteDecoder {
  private static final Set<String> LOG_FORMATS_OF_NGINX = Set.of("combined");

  private final Declarations mistakes;
  private final Set<String> logFormats;

  /**
   * @param mistakes where mistakes that the shape cannot see are reported
   * @param logFormats the names of {@code nginx.log_formats}
   */
  SiteDecoder(Declarations mistakes, Set<String> logFormats) {
    this.mistakes = mistakes;
    this.logFormats = logFormats;
  }

  /**
   * The site, or nothing if a mistake leaves it without meaning.
   *
   * @param name the app's
   * @param directory where its code is
   * @param file the app's file
   */
  Optional<Site> decode(String name, Table site, String directory, Origin file) {
    List<String> names = site.texts("server_name");
    Optional<Tls> tls = new TlsDecoder(mistakes).decode(name, site);
    if (tls.isEmpty()
        && (site.has("tls") || (site.has("redirect_http") && !site.isOff("redirect_http")))) {
      mistakes.error(
          site.origin(site.has("tls") ? "tls" : "redirect_http"),
          "A certificate is missing",
          site.has("tls")
              ? "tls needs both \"certificate\" and \"key\", as paths on the host; or"
                  + " acme: {email: …}; or the word self-signed."
              : "redirect_http sends browsers to https, which needs tls: {certificate: …, key:"
                  + " …}.");
      return Optional.empty();
    }
    boolean acme = tls.stream().anyMatch(one -> one.issuer() instanceof Issuer.Acme);
    List<String> answered = names.isEmpty() ? List.of(name) : names;
    checkSize(site);
    if (site.has("http")) {
      SiteHttp.check(site.text("http", ""), site.origin("http"), mistakes);
    }
    return Optional.of(
        new Site(
            answered,
            redirect(site, tls, answered),
            tls,
            site.text("client_max_body_size", ""),
            site.text("keepalive_timeout", ""),
            site.texts("methods"),
            site.text("root", ""),
            accessLogs(site),
            site.text("error_log", ""),
            new StaticDecoder(mistakes).decode(site, directory, acme),
            site.text("proxy_buffer_size", ""),
            site.text("extra", ""),
            site.text("http", ""),
            site.text("template", Templates.SITE),
            given(site),
            site.map().entries().isEmpty() ? file : site.origin()));
  }

  private static Map<String, Origin> given(Table site) {
    Map<String, Origin> given = new LinkedHashMap<>();
    site.map().entries().forEach(entry -> given.put(entry.key(), entry.value().origin()));
    return given;
  }

  // "100" was most likely meant to be 100M: nginx takes it for bytes, and refuses every form
  private void checkSize(Table site) {
    String size = site.text("client_max_body_size", "");
    if (size.matches("[0-9]{1,3}") && Integer.parseInt(size) > 0) {
      mistakes.warning(
          site.origin("client_max_body_size"),
          "A size without a unit",
          size + " is " + size + " bytes to nginx. Did you mean " + size + "M?");
    }
  }

  private Optional<Redirect> redirect(Table site, Optional<Tls> tls, List<String> names) {
    if (tls.isEmpty() || site.isOff("redirect_http")) {
      return Optional.empty();
    }
    Table redirect = site.table("redirect_http");
    int status = redirect.whole("status", 301);
    if (status > 303 && status < 307) {
      mistakes.error(
          redirect.origin("status"),
          "Not a redirect",
          status + " is not a status that redirects; use 301, 302, 303, 307 or 308.");
    }
    Redirect read = new Redirect(redirect.text("to", "https://$host$request_uri"), status);
    if (read.isLoop(names)) {
      mistakes.error(
          redirect.origin("to"),
          "A redirect to itself",
          read.to()
              + " is plain http of the same site, which answers with this redirect again, without"
              + " end. Begin with https://, or name another host.");
    }
    return Optional.of(read);
  }

  private List<AccessLog> accessLogs(Table site) {
    List<AccessLog> logs = new ArrayList<>();
    if (site.isOff("access_log")) {
      return List.of(AccessLog.OFF);
    }
    for (Value item : site.items("access_log")) {
      Table log = Table.of(item);
      String path = Table.textOf(item).orElse(log.text("path", ""));
      String format = log.text("format", "");
      if (path.isEmpty()) {
        mistakes.error(item.origin(), "A log needs a path", "Add path: /var/log/nginx/….log.");
      }
      if (!format.isEmpty()
          && !logFormats.contains(format)
          && !LOG_FORMATS_OF_NGINX.contains(format)) {
        mistakes.error(
            log.origin("format"),
            "Unknown log format",
            "\""
                + format
                + "\" is not among nginx.log_formats of reconcile.yaml."
                + Suggestion.sentence(format, logFormats));
      }
      logs.add(new AccessLog(path, format));
    }
    return logs;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.HostException;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.NginxConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The headers of a request that nginx sends to the app. The location that asks the app sets
 * headers, so it inherits none of the server's (nginx, proxy_set_header), and nginx sends both of
 * two headers with the same name. A header that {@code extra} sets for the server is therefore
 * repeated in the location, in place of the built-in header of that name.
 */
final class SiteHeaders {
  /** The variable with the scheme of a request to nginx. */
  private static final String DIRECTIVE = "proxy_set_header";

  /** Name to value, in the order in which they are written. */
  private static final Map<String, String> BUILT_IN = builtIn();

  /** Headers by which a visitor could tell the app what only nginx knows. */
  private static final List<String> CLEARED = List.of("X-Forwarded-Prefix");

  private static final Set<String> OF_CONNECTION = Set.of("upgrade", "connection");

  private SiteHeaders() {}

  private static Map<String, String> builtIn() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Host", VisitedUrl.USUAL.host());
    headers.put("X-Real-IP", "$remote_addr");
    headers.put("X-Forwarded-For", "$proxy_add_x_forwarded_for");
    headers.put("X-Forwarded-Proto", VisitedUrl.USUAL.scheme());
    return headers;
  }

  /**
   * Returns the directives of the location that asks the app.
   *
   * @param server what {@link #ofServer} returns
   * @param url the variables with the URL that visitors ask for
   */
  static List<String> of(List<Directive> server, VisitedUrl url) {
    return of(server, List.of(), List.of(), url);
  }

  /**
   * Returns the directives of a location with raw lines of its own.
   *
   * @param server what {@link #ofServer} returns
   * @param inner the raw lines, which set headers in place of all others
   * @param more directives of the location, whose headers replace those of the server
   * @param url the variables with the URL that visitors ask for
   */
  static List<String> of(
      List<Directive> server, List<Directive> inner, List<String> more, VisitedUrl url) {
    List<Directive> own = headers(server);
    Set<String> written = names(headers(inner));
    Set<String> names = names(headers(NginxConfig.parse("", String.join("\n", more)).directives()));
    names.addAll(written);
    List<String> directives = new ArrayList<>();
    BUILT_IN
        .keySet()
        .forEach(name -> {
          if (!names.contains(key(name)) && !names(own).contains(key(name))) {
            directives.add(url.in(directive(name)));
          }
        });
    CLEARED.forEach(name -> {
      if (!names.contains(key(name)) && !names(own).contains(key(name))) {
        directives.add(DIRECTIVE + " " + name + " \"\";");
      }
    });
    own.stream()
        .filter(header -> !names.contains(key(header.words().get(1))))
        .forEach(header -> directives.add(header.text()));
    boolean hasVersion = inner.stream().anyMatch(line -> line.is("proxy_http_version"));
    for (Directive line : NginxConfig.parse("", String.join("\n", more)).directives()) {
      boolean isWritten =
          isHeader(line)
              ? written.contains(key(line.words().get(1)))
              : hasVersion && line.is("proxy_http_version");
      if (!isWritten) {
        directives.add(line.text());
      }
    }
    return directives;
  }

  private static List<Directive> headers(List<Directive> directives) {
    return directives.stream().filter(SiteHeaders::isHeader).toList();
  }

  /**
   * Returns whether the location that asks the app passes websockets. It does unless {@code extra}
   * sets the version of the protocol, or one of the headers, for the server.
   *
   * @param server what {@link #ofServer} returns
   */
  static boolean passesWebsockets(List<Directive> server) {
    return server.stream()
        .noneMatch(line ->
            line.is("proxy_http_version")
                || (isHeader(line) && OF_CONNECTION.contains(key(line.words().get(1)))));
  }

  /** Returns the raw lines of the server block, with those of the files that they include. */
  static List<Directive> ofServer(App.Site site, NginxReading reading) throws HostException {
    return site.extra().isBlank() ? List.of() : reading.included(extra(site));
  }

  /** Returns the parsed raw lines of the server block. */
  static List<Directive> extra(App.Site site) {
    return NginxConfig.parse("", site.extra()).directives();
  }

  /** Returns the built-in headers that a block with these directives does not send. */
  static List<String> missing(List<Directive> directives) {
    Set<String> names = names(directives.stream().filter(SiteHeaders::isHeader).toList());
    return BUILT_IN.keySet().stream().filter(name -> !names.contains(key(name))).toList();
  }

  /** Returns whether the directive sets a header of requests. */
  static boolean isHeader(Directive directive) {
    return directive.is(DIRECTIVE) && directive.words().size() > 1;
  }

  /** Returns the directive that sets a built-in header. */
  static String directive(String name) {
    return DIRECTIVE + " " + name + " " + BUILT_IN.get(name) + ";";
  }

  private static Set<String> names(List<Directive> headers) {
    return headers.stream().map(header -> key(header.words().get(1))).collect(Collectors.toSet());
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}

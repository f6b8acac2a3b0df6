// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.nginx.Endpoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The endpoints that the desired state wants for a site, before the host is considered.
 *
 * @param http the endpoints for plain http
 * @param https the endpoints for https; none without TLS
 */
record SiteEndpoints(List<Wish> http, List<Wish> https) {
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  /**
   * A wanted endpoint.
   *
   * @param endpoint the address and port
   * @param isNamed whether the desired state names the address; if not, the host may do without it
   */
  record Wish(Endpoint endpoint, boolean isNamed) {}

  SiteEndpoints {
    http = List.copyOf(http);
    https = List.copyOf(https);
  }

  /** Returns the endpoints of a site: those of {@code listen}, else the usual ports. */
  static SiteEndpoints of(App.Site site) {
    return of(site.get(SiteSection.LISTEN), site.tls().isPresent());
  }

  /**
   * Returns the endpoints of a site.
   *
   * @param listen addresses, ports, or addresses with a port; none for every address
   * @param isSecure whether the site has TLS
   */
  static SiteEndpoints of(List<String> listen, boolean isSecure) {
    Map<Endpoint, Boolean> all = new LinkedHashMap<>();
    for (String text : listen) {
      if (text.matches("[0-9]+")) {
        everywhere(Integer.parseInt(text)).forEach(at -> all.putIfAbsent(at, false));
      } else {
        boolean hasPort = text.contains(":") && !text.endsWith("]");
        for (Endpoint at : Endpoint.of(text).orElse(List.of())) {
          all.put(at, true);
          if (isSecure && !hasPort) {
            all.put(new Endpoint(at.family(), at.address(), HTTPS), true);
          }
        }
      }
    }
    if (listen.isEmpty()) {
      everywhere(HTTP).forEach(at -> all.put(at, false));
      if (isSecure) {
        everywhere(HTTPS).forEach(at -> all.put(at, false));
      }
    }
    List<Wish> http = new ArrayList<>();
    List<Wish> https = new ArrayList<>();
    all.forEach(
        (at, isNamed) -> (isSecure && at.port() != HTTP ? https : http).add(new Wish(at, isNamed)));
    return new SiteEndpoints(http, https);
  }

  private static List<Endpoint> everywhere(int port) {
    return Stream.of(Endpoint.Family.IPV4, Endpoint.Family.IPV6)
        .map(family -> new Endpoint(family, Endpoint.ANY, port))
        .toList();
  }

  /** Reports whether a client has to name the port of an endpoint. */
  boolean hasUnusualPort() {
    return http.stream().anyMatch(wish -> wish.endpoint().port() != HTTP)
        || https.stream().anyMatch(wish -> wish.endpoint().port() != HTTPS);
  }

  /** Reports whether plain http has port 80, which the validation of a certificate asks for. */
  boolean hasHttpPort() {
    return http.stream().anyMatch(wish -> wish.endpoint().port() == HTTP);
  }

  /** Reports whether plain http has the port of https. */
  boolean isHttpOnHttpsPort() {
    return http.stream().anyMatch(wish -> wish.endpoint().port() == HTTPS);
  }

  /** Returns all ports. */
  Set<Integer> ports() {
    return all().map(wish -> wish.endpoint().port()).collect(Collectors.toSet());
  }

  /** Returns all endpoints. */
  Stream<Wish> all() {
    return Stream.concat(http.stream(), https.stream());
  }
}

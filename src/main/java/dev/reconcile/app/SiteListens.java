// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.NginxVersion;
import dev.reconcile.nginx.Endpoint;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the {@code listen} directives of a site have on a host.
 *
 * @param plain the endpoints for plain http
 * @param secure the endpoints for https
 * @param isDefault whether the site is the default server of each endpoint
 */
record SiteListens(List<Endpoint> plain, List<Endpoint> secure, boolean isDefault) {
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  SiteListens {
    plain = List.copyOf(plain);
    secure = List.copyOf(secure);
  }

  /** Returns the arguments for plain http. */
  List<String> http() {
    return texts(plain, "");
  }

  /**
   * Returns the arguments for https.
   *
   * @param http2 whether the site speaks HTTP/2
   */
  List<String> https(NginxVersion nginx, boolean http2) {
    return texts(secure, nginx.hasHttp2Directive() || !http2 ? " ssl" : " ssl http2");
  }

  /** Returns the port that a redirect to https names; 0 for the usual one, or for none. */
  int httpsPort() {
    return secure.isEmpty() || secure.stream().anyMatch(at -> at.port() == HTTPS)
        ? 0
        : secure.getFirst().port();
  }

  /** Returns the port that a URL of plain http names; 0 for the usual one, or for none. */
  int httpPort() {
    return plain.isEmpty() || plain.stream().anyMatch(at -> at.port() == HTTP)
        ? 0
        : plain.getFirst().port();
  }

  /** Returns the same for another server of the site, which is no default server. */
  SiteListens ofAnother() {
    return new SiteListens(plain, secure, false);
  }

  /** Reports whether a client has to name the port of an endpoint. */
  boolean hasUnusualPort() {
    return plain.stream().anyMatch(at -> at.port() != HTTP)
        || secure.stream().anyMatch(at -> at.port() != HTTPS);
  }

  /** Reports whether the site has an endpoint for IPv6. */
  boolean hasIpv6() {
    return Stream.concat(plain.stream(), secure.stream())
        .anyMatch(at -> at.family() == Endpoint.Family.IPV6);
  }

  private List<String> texts(List<Endpoint> endpoints, String options) {
    String all = options + (isDefault ? " default_server" : "");
    return endpoints.stream().map(endpoint -> endpoint.text() + all).toList();
  }
}

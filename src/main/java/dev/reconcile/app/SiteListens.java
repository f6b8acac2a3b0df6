// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.NginxVersion;
import java.util.List;

/**
 * The arguments of the {@code listen} directives of a site.
 *
 * @param http the addresses for plain http
 * @param secure the addresses for https, without the options of TLS
 */
record SiteListens(List<String> http, List<String> secure) {
  SiteListens {
    http = List.copyOf(http);
    secure = List.copyOf(secure);
  }

  /** Returns the addresses of a site that chooses none: the usual ports of all addresses. */
  static SiteListens of(boolean hasIpv6) {
    return hasIpv6
        ? new SiteListens(List.of("80", "[::]:80"), List.of("443", "[::]:443"))
        : new SiteListens(List.of("80"), List.of("443"));
  }

  /**
   * Returns the arguments for https.
   *
   * @param http2 whether the site speaks HTTP/2
   */
  List<String> https(NginxVersion nginx, boolean http2) {
    String options = nginx.hasHttp2Directive() || !http2 ? " ssl" : " ssl http2";
    return secure.stream().map(address -> address + options).toList();
  }
}

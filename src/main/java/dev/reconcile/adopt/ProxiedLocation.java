// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.nginx.Directive;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The location that passes requests to an app, compared with the location of a site of the tree.
 *
 * @param isProxied whether it passes requests to the app
 * @param missing headers that the tree's site sends and this location does not
 * @param more directives that mean the same in the server
 * @param odd the first directive that the tree cannot express, if there is one
 * @param unchecked the directive that sends the Host as the client wrote it, not as nginx checked
 *     it
 */
record ProxiedLocation(
    boolean isProxied,
    SortedSet<String> missing,
    List<Directive> more,
    Optional<Directive> odd,
    Optional<Directive> unchecked) {
  /** The headers of the built-in template of a site. */
  private static final Map<String, String> HEADERS =
      Map.of(
          "Host", "$host",
          "X-Real-IP", "$remote_addr",
          "X-Forwarded-For", "$proxy_add_x_forwarded_for",
          "X-Forwarded-Proto", "$scheme");

  /** Directives that mean the same for the whole server as for its only proxied location. */
  private static final Set<String> INHERITED =
      Set.of(
          "proxy_read_timeout",
          "proxy_send_timeout",
          "proxy_connect_timeout",
          "proxy_buffering",
          "proxy_buffers",
          "proxy_buffer_size",
          "proxy_busy_buffers_size",
          "proxy_request_buffering",
          "proxy_http_version",
          "proxy_redirect",
          "proxy_max_temp_file_size");

  /**
   * Reads a location; {@code asks} accepts a directive that passes the request to the app
   * unchanged.
   */
  static ProxiedLocation read(Directive location, Predicate<Directive> asks) {
    boolean proxied = false;
    Optional<Directive> unchecked = Optional.empty();
    SortedSet<String> missing = new TreeSet<>(HEADERS.keySet());
    List<Directive> more = new ArrayList<>();
    List<Directive> odd = new ArrayList<>();
    for (Directive inner : location.contents().toList()) {
      String first = inner.words().size() == 3 ? inner.words().get(1) : "";
      if (asks.test(inner)) {
        proxied = true;
      } else if (inner.is("proxy_set_header")
          && HEADERS.getOrDefault(first, "").equals(inner.words().getLast())) {
        missing.remove(first);
      } else if (inner.words().equals(List.of("proxy_set_header", "Host", "$http_host"))) {
        missing.remove("Host");
        unchecked = Optional.of(inner);
      } else {
        (INHERITED.contains(inner.name()) ? more : odd).add(inner);
      }
    }
    return new ProxiedLocation(proxied, missing, more, odd.stream().findFirst(), unchecked);
  }
}

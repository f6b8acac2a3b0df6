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
 * The location that asks an app, compared with the one that a site of the tree has.
 *
 * @param isProxied whether it asks the app
 * @param missing headers that the tree's site sends and this one does not
 * @param more directives that can stand in the server just as well
 * @param odd one that cannot, if there is any
 * @param unchecked where the app is told the Host as the client sent it, not as nginx took it
 */
record ProxiedLocation(
    boolean isProxied,
    SortedSet<String> missing,
    List<Directive> more,
    Optional<Directive> odd,
    Optional<Directive> unchecked) {
  /** What the built-in template of a site says. */
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

  /** Reads it; {@code asks} tells a directive that hands the request to the app, unchanged. */
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

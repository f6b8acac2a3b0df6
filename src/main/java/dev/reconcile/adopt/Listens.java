// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.Endpoint;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The {@code listen} directives of an app's servers, converted to keys of the site. */
final class Listens {
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  /** Options that say nothing, or that a key has. */
  private static final Set<String> OPTIONS =
      Set.of("ssl", "http2", "default_server", "default", "ipv6only=on");

  private final Set<Endpoint> plain = new LinkedHashSet<>();
  private final Set<Endpoint> secure = new LinkedHashSet<>();
  private final Set<Boolean> defaults = new HashSet<>();
  private boolean http2;

  /** Adds the listens of a server; returns the first that no key can express. */
  Optional<Directive> add(ProxiedServer server) {
    if (server.listens().isEmpty()) {
      plain.add(any(Endpoint.Family.IPV4, HTTP));
      defaults.add(false);
    }
    return server.listens().stream().filter(listen -> !add(listen)).findFirst();
  }

  private boolean add(Directive listen) {
    List<String> words = listen.parameters();
    Set<String> options = words.isEmpty() ? Set.of() : Set.copyOf(words.subList(1, words.size()));
    List<Endpoint> endpoints =
        words.isEmpty() ? List.of() : Endpoint.of(words.getFirst()).orElse(List.of());
    if (endpoints.isEmpty()
        || !OPTIONS.containsAll(options)
        || endpoints.getFirst().family() == Endpoint.Family.UNIX) {
      return false;
    }
    http2 |= options.contains("http2");
    defaults.add(options.contains("default_server") || options.contains("default"));
    (options.contains("ssl") ? secure : plain).addAll(endpoints);
    return true;
  }

  void speakHttp2(boolean on) {
    http2 = on;
  }

  boolean speaksHttp2() {
    return http2;
  }

  boolean isSecure() {
    return !secure.isEmpty();
  }

  boolean isBoth() {
    return !plain.isEmpty() && !secure.isEmpty();
  }

  /** Tells whether each address has the server as its default server. */
  boolean isDefault() {
    return !defaults.contains(false);
  }

  /**
   * Returns the value of {@code site.listen} for these servers and their redirect: an empty list
   * for the default, which adds IPv6 to IPv4. Empty if the keys cannot express them.
   *
   * @param redirect the listens of the server for plain http; none without such a server
   */
  Optional<List<String>> key(Optional<Listens> redirect) {
    Set<Endpoint> http = redirect.map(other -> other.plain).orElse(plain);
    boolean isPossible =
        isSecure()
            ? secure.stream().noneMatch(at -> at.port() == HTTP)
                && http.stream().allMatch(at -> at.port() == HTTP)
            : http.stream().noneMatch(at -> at.port() == HTTPS);
    boolean isMixed =
        defaults.size() > 1 || redirect.stream().anyMatch(o -> !o.defaults.equals(defaults));
    if (!isPossible || isMixed) {
      return Optional.empty();
    }
    Set<Endpoint> all = new LinkedHashSet<>(http);
    all.addAll(secure);
    Set<Endpoint> usual = new LinkedHashSet<>();
    if (!http.isEmpty()) {
      usual.add(any(Endpoint.Family.IPV4, HTTP));
    }
    if (isSecure()) {
      usual.add(any(Endpoint.Family.IPV4, HTTPS));
    }
    // a port without an address is the port of all addresses
    List<Endpoint> named =
        all.stream()
            .filter(at ->
                !at.isAny()
                    || at.family() == Endpoint.Family.IPV4
                    || !all.contains(any(Endpoint.Family.IPV4, at.port())))
            .toList();
    return Optional.of(
        usual.equals(Set.copyOf(named)) ? List.of() : named.stream().map(Endpoint::text).toList());
  }

  private static Endpoint any(Endpoint.Family family, int port) {
    return new Endpoint(family, Endpoint.ANY, port);
  }
}

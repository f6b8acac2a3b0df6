// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.nginx;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A {@code server} block of the {@code http} block.
 *
 * @param block the directive
 * @param listens the endpoints; host names, which nginx resolves, and QUIC endpoints are left out
 * @param isCertain whether {@code listens} is complete; false if an endpoint is a host name
 * @param names the server names in lower case, in order; nginx treats an empty list as one empty
 *     name
 * @param files the files that include the block, the main file first, then the file that contains
 *     it
 */
public record Server(
    Directive block,
    List<Listen> listens,
    boolean isCertain,
    List<String> names,
    List<String> files) {
  private static final Endpoint USUAL = new Endpoint(Endpoint.Family.IPV4, Endpoint.ANY, 80);

  /**
   * A {@code listen} directive.
   *
   * @param endpoint the address and port
   * @param isSsl whether connections use TLS
   * @param isProxied whether connections begin with a PROXY protocol header
   * @param isDefault whether the server is declared the default server of the endpoint
   */
  public record Listen(Endpoint endpoint, boolean isSsl, boolean isProxied, boolean isDefault) {}

  public Server {
    listens = List.copyOf(listens);
    names = List.copyOf(names);
    files = List.copyOf(files);
  }

  /**
   * Reads a {@code server} block.
   *
   * @param block the directive
   * @param files the file that has it, and before that those that include it
   */
  public static Server of(Directive block, List<String> files) {
    List<Listen> listens = new ArrayList<>();
    boolean certain = true;
    boolean any = false;
    List<String> names = new ArrayList<>();
    boolean sslByDefault =
        block
            .contents()
            .anyMatch(directive -> directive.is("ssl") && directive.parameter().equals("on"));
    for (Directive directive : block.contents().toList()) {
      if (directive.is("server_name")) {
        // nginx matches regular expressions against the lower-case name, ignoring case
        directive
            .parameters()
            .forEach(
                name -> names.add(name.startsWith("~") ? name : name.toLowerCase(Locale.ROOT)));
      } else if (directive.is("listen") && !directive.parameters().isEmpty()) {
        any = true;
        List<String> options = directive.parameters().subList(1, directive.parameters().size());
        var endpoints = Endpoint.of(directive.parameters().getFirst());
        certain &= endpoints.isPresent();
        for (Endpoint endpoint : endpoints.orElse(List.of())) {
          if (!options.contains("quic")) {
            listens.add(
                new Listen(
                    endpoint,
                    sslByDefault || options.contains("ssl"),
                    options.contains("proxy_protocol"),
                    options.contains("default_server") || options.contains("default")));
          }
        }
      }
    }
    if (!any) {
      listens.add(new Listen(USUAL, sslByDefault, false, false));
    }
    return new Server(block, listens, certain, names, files);
  }

  /**
   * Tells whether one {@code listen} for all IPv6 addresses has {@code port} for IPv4, too. Then no
   * other {@code listen} can have that port for IPv4, unless it has {@code reuseport}.
   */
  public boolean isForBothFamilies(int port) {
    Endpoint all = new Endpoint(Endpoint.Family.IPV6, Endpoint.ANY, port);
    return block
        .contents()
        .filter(listen -> listen.is("listen") && !listen.parameters().isEmpty())
        .filter(listen -> listen.parameters().contains("ipv6only=off"))
        .filter(listen -> !listen.parameters().contains("reuseport"))
        .anyMatch(listen ->
            Endpoint.of(listen.parameters().getFirst()).filter(e -> e.contains(all)).isPresent());
  }

  /** Returns the endpoints of a port, without those that only this machine reaches. */
  public Stream<Endpoint> reached(Endpoint.Family family, int port) {
    return listens.stream()
        .map(Listen::endpoint)
        .filter(at -> at.family() == family && at.port() == port && !at.isLocal());
  }

  /** Returns the location of the block as FILE:LINE. */
  public String place() {
    return block.file() + ":" + block.line();
  }
}

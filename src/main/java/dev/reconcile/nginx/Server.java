package dev.reconcile.nginx;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A {@code server} of the http block.
 *
 * @param block the directive
 * @param listens what it listens on; those on names that nginx looks up, and those for QUIC, are
 *     left out
 * @param isCertain whether none was left out because its address is not known
 * @param names its names, in small letters, in order; an empty list is one empty name to nginx
 * @param files the file that has it, and before that those that include it
 */
public record Server(
    Directive block,
    List<Listen> listens,
    boolean isCertain,
    List<String> names,
    List<String> files) {
  private static final Endpoint USUAL = new Endpoint(Endpoint.Family.IPV4, Endpoint.ANY, 80);

  /**
   * One of its {@code listen}s.
   *
   * @param endpoint where
   * @param isSsl whether it speaks TLS
   * @param isProxied whether it wants the PROXY protocol's header first
   * @param isDefault whether it asks to be the default server there
   */
  public record Listen(Endpoint endpoint, boolean isSsl, boolean isProxied, boolean isDefault) {}

  public Server {
    listens = List.copyOf(listens);
    names = List.copyOf(names);
    files = List.copyOf(files);
  }

  /** Reads one. */
  static Server of(Directive block, List<String> files) {
    List<Listen> listens = new ArrayList<>();
    boolean certain = true;
    boolean any = false;
    List<String> names = new ArrayList<>();
    boolean sslByDefault =
        block.contents().anyMatch(one -> one.is("ssl") && one.parameter().equals("on"));
    for (Directive one : block.contents().toList()) {
      if (one.is("server_name")) {
        // a regular expression is compared with a name in small letters, and case does not count
        one.parameters()
            .forEach(
                name -> names.add(name.startsWith("~") ? name : name.toLowerCase(Locale.ROOT)));
      } else if (one.is("listen") && !one.parameters().isEmpty()) {
        any = true;
        List<String> options = one.parameters().subList(1, one.parameters().size());
        var endpoints = Endpoint.of(one.parameters().getFirst());
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
   * Whether it has {@code port} for IPv4, too, by one {@code listen} for all IPv6 addresses: no
   * other {@code listen} can have that port for IPv4 then. With {@code reuseport} it could.
   */
  boolean isForBothFamilies(int port) {
    Endpoint all = new Endpoint(Endpoint.Family.IPV6, Endpoint.ANY, port);
    return block
        .contents()
        .filter(one -> one.is("listen") && !one.parameters().isEmpty())
        .filter(one -> one.parameters().contains("ipv6only=off"))
        .filter(one -> !one.parameters().contains("reuseport"))
        .anyMatch(one ->
            Endpoint.of(one.parameters().getFirst()).filter(e -> e.contains(all)).isPresent());
  }

  /** Where it stands: a file and a line. */
  public String place() {
    return block.file() + ":" + block.line();
  }
}

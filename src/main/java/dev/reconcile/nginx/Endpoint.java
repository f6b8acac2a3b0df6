// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.nginx;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An address and port, or a unix socket, that nginx listens on.
 *
 * @param family the address family
 * @param address an address in canonical form, or {@link #ANY} for all addresses of the family; the
 *     path of a unix socket
 * @param port from 1 to 65535; 0 for a unix socket
 */
public record Endpoint(Family family, String address, int port) {
  /** The wildcard for all addresses of a family. */
  public static final String ANY = "*";

  private static final int HTTP = 80;

  /** Address families. */
  public enum Family {
    IPV4,
    IPV6,
    UNIX
  }

  /** Reports whether the endpoint accepts connections to every address of its family. */
  public boolean isAny() {
    return address.equals(ANY);
  }

  /** Reports whether only this machine reaches the endpoint. */
  public boolean isLocal() {
    return switch (family) {
      case UNIX -> true;
      case IPV4 -> address.startsWith("127.");
      case IPV6 -> address.equals("::1");
    };
  }

  /** Formats the endpoint as a parameter of nginx's {@code listen}. */
  public String text() {
    return switch (family) {
      case UNIX -> "unix:" + address;
      case IPV4 -> isAny() ? Integer.toString(port) : address + ":" + port;
      case IPV6 -> "[" + (isAny() ? "::" : address) + "]:" + port;
    };
  }

  /**
   * Parses the first parameter of a {@code listen} (nginx: ngx_parse_url); empty for a host name,
   * which nginx resolves when it starts.
   */
  public static Optional<List<Endpoint>> of(String text) {
    if (text.startsWith("unix:")) {
      String path = text.substring("unix:".length());
      return Optional.of(List.of(new Endpoint(Family.UNIX, path, 0)));
    }
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      String rest = end < 0 ? "" : text.substring(end + 1);
      String address = end < 0 ? "" : Ipv6.usual(text.substring(1, end));
      return address.isEmpty()
          ? Optional.empty()
          : ports(rest.startsWith(":") ? rest.substring(1) : "")
              .map(ports -> all(Family.IPV6, address.equals("::") ? ANY : address, ports));
    }
    int colon = text.lastIndexOf(':');
    boolean isPort = colon < 0 && ports(text).isPresent() && !text.isEmpty();
    String host = isPort ? "*" : colon < 0 ? text : text.substring(0, colon);
    String port = isPort ? text : colon < 0 ? "" : text.substring(colon + 1);
    return ports(port)
        .flatMap(ports -> ipv4(host).map(address -> all(Family.IPV4, address, ports)));
  }

  private static Optional<String> ipv4(String host) {
    return switch (host.toLowerCase(Locale.ROOT)) {
      case "*", "0.0.0.0" -> Optional.of(ANY);
      case "localhost" -> Optional.of("127.0.0.1");
      default ->
          host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}") ? Optional.of(host) : Optional.empty();
    };
  }

  private static List<Endpoint> all(Family family, String address, List<Integer> ports) {
    return ports.stream().map(port -> new Endpoint(family, address, port)).toList();
  }

  // nginx accepts ranges ("8000-8009") since 1.15.10.
  private static Optional<List<Integer>> ports(String text) {
    if (text.isEmpty()) {
      return Optional.of(List.of(HTTP));
    }
    if (!text.matches("[0-9]{1,5}(-[0-9]{1,5})?")) {
      return Optional.empty();
    }
    String[] ends = text.split("-", -1);
    List<Integer> ports = new ArrayList<>();
    for (int i = Integer.parseInt(ends[0]); i <= Integer.parseInt(ends[ends.length - 1]); i++) {
      ports.add(i);
    }
    return Optional.of(ports);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import dev.reconcile.model.NetworkSettings;
import dev.reconcile.source.SourceException.Reason;
import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The proxies for web servers, configured by the environment variables of curl(1). */
final class Proxies extends ProxySelector {
  private static final Pattern ADDRESS =
      Pattern.compile("(?:([a-z0-9]+)://)?(?:([^@/]*)@)?(\\[[^]]*]|[^:/]+)(?::([0-9]+))?/?");
  private static final int USUAL_PORT = 1080; // curl's default
  private static final int MOST_PORT = 65_535;
  private static final int MOST_DIGITS = 5;
  private static final int BITS = 32;

  /**
   * A proxy.
   *
   * @param proxy type and address
   * @param address the same as a URL, with user and password
   * @param user the user name for the proxy; empty for none
   * @param password the password for the proxy
   */
  private record Way(Proxy proxy, String address, String user, String password) {}

  private final Map<String, Way> ways;
  private final List<String> direct;

  private Proxies(Map<String, Way> ways, List<String> direct) {
    this.ways = Map.copyOf(ways);
    this.direct = List.copyOf(direct);
  }

  /**
   * Returns the configured proxies.
   *
   * @throws SourceException if Java does not support the type of a proxy
   */
  static Proxies of(NetworkSettings settings) throws SourceException {
    Map<String, String> variables = settings.variables();
    Map<String, Way> ways = new HashMap<>();
    for (String scheme : List.of("http", "https")) {
      String name = scheme + "_proxy";
      String address = variables.getOrDefault(name, variables.getOrDefault("all_proxy", ""));
      if (!address.isEmpty()) {
        ways.put(scheme, way(name, address));
      }
    }
    String direct = variables.getOrDefault("no_proxy", "");
    return new Proxies(ways, List.of(direct.toLowerCase(Locale.ROOT).split("[,\\s]+", -1)));
  }

  private static Way way(String name, String text) throws SourceException {
    Matcher address = ADDRESS.matcher(text);
    if (!address.matches()) {
      throw unusable(
          name, "Its value is not the address of a proxy, such as http://proxy.example:3128.");
    }
    String kind = address.group(1) == null ? "http" : address.group(1);
    if (!kind.equals("http") && !kind.startsWith("socks")) {
      throw unusable(
          name, "Proxies of the kind " + kind + ":// cannot be used, http:// and socks5:// can.");
    }
    int port = address.group(4) == null ? USUAL_PORT : port(name, address.group(4));
    String host = String.valueOf(address.group(3)).replaceAll("[\\[\\]]", "");
    String[] user = (address.group(2) == null ? "" : address.group(2)).split(":", 2);
    return new Way(
        new Proxy(
            kind.equals("http") ? Proxy.Type.HTTP : Proxy.Type.SOCKS,
            InetSocketAddress.createUnresolved(host, port)),
        "%s://%s%s:%d"
            .formatted(
                kind,
                address.group(2) == null ? "" : address.group(2) + "@",
                address.group(3),
                port),
        decoded(name, user[0]),
        user.length > 1 ? decoded(name, user[1]) : "");
  }

  private static int port(String name, String text) throws SourceException {
    String digits = text.replaceFirst("^0+(?=.)", "");
    int port = digits.length() > MOST_DIGITS ? 0 : Integer.parseInt(digits);
    if (port < 1 || port > MOST_PORT) {
      throw unusable(name, "The port of the proxy must lie between 1 and " + MOST_PORT + ".");
    }
    return port;
  }

  private static String decoded(String name, String text) throws SourceException {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw unusable(name, "A % in the user or password of the proxy must be written as %25.");
    }
  }

  private static SourceException unusable(String name, String why) {
    return new SourceException(
        Reason.UNREACHABLE,
        "Unusable proxy",
        name + " (or " + name.replace('_', '-') + " in the configuration): " + why);
  }

  /** Returns the proxy for a web server; empty for a direct connection. */
  Optional<WebAccess.Way> to(URI server) {
    Way way = ways.get(server.getScheme());
    if (way == null || isDirect(server.getHost())) {
      return Optional.empty();
    }
    InetSocketAddress address = (InetSocketAddress) way.proxy().address();
    return Optional.of(new WebAccess.Way(way.address(), address.getHostString()));
  }

  @Override
  public List<Proxy> select(URI uri) {
    Way way = ways.get(uri.getScheme());
    return List.of(way == null || isDirect(uri.getHost()) ? Proxy.NO_PROXY : way.proxy());
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {
    // the caller gets the exception
  }

  private boolean isDirect(String name) {
    String host = name.toLowerCase(Locale.ROOT).replaceAll("[\\[\\]]", "");
    return direct.stream().anyMatch(entry -> leavesOut(entry, host));
  }

  // an entry of no_proxy: a domain and its subdomains, an address, a network, each with or without
  // a port, or * for all
  private static boolean leavesOut(String entry, String host) {
    if (entry.equals("*")) {
      return true;
    }
    Matcher network = Pattern.compile("([0-9.]+)/([0-9]{1,2})").matcher(entry);
    if (network.matches()) {
      long mask = -1L << (BITS - Math.min(BITS, Integer.parseInt(network.group(2))));
      long wanted = number(network.group(1));
      return wanted >= 0 && number(host) >= 0 && (wanted & mask) == (number(host) & mask);
    }
    String plain =
        entry.matches(".*:.*:.*")
            ? entry.replaceAll("[\\[\\]]", "")
            : entry.replaceFirst(":[0-9]+$", "").replaceFirst("^\\*?\\.", "");
    return !plain.isEmpty() && (host.equals(plain) || host.endsWith("." + plain));
  }

  private static long number(String address) {
    if (!address.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")) {
      return -1;
    }
    long number = 0;
    for (String part : address.split("\\.", -1)) {
      number = number << 8 | Integer.parseInt(part);
    }
    return number;
  }

  /**
   * Returns an authenticator that sends the user and password to the proxy they belong to, and to
   * no other server.
   */
  Authenticator users() {
    return new Authenticator() {
      @Override
      protected @Nullable PasswordAuthentication getPasswordAuthentication() {
        boolean isProxy =
            getRequestorType() == RequestorType.PROXY
                || String.valueOf(getRequestingProtocol()).startsWith("SOCKS");
        for (Way way : ways.values()) {
          InetSocketAddress address = (InetSocketAddress) way.proxy().address();
          if (isProxy
              && !way.user().isEmpty()
              && address.getPort() == getRequestingPort()
              && address.getHostString().equals(getRequestingHost())) {
            return new PasswordAuthentication(way.user(), way.password().toCharArray());
          }
        }
        return null;
      }
    };
  }
}

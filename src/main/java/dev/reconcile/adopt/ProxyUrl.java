// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parsed URL of a {@code proxy_pass} (ngx_http_proxy_module).
 *
 * @param scheme {@code http}, {@code https}, or a variable
 * @param host a name or an address, with a port if the URL has one, or {@code unix:PATH}; may be a
 *     variable
 * @param uri the rest: a path, a variable, or empty; after a socket's path, without the colon
 */
record ProxyUrl(String scheme, String host, String uri) {
  private static final Pattern URL =
      Pattern.compile("(https?|\\$\\w+)://(unix:[^:]*|\\$\\w+|[^/?#$]*):?(.*)");
  private static final Pattern HOST =
      Pattern.compile("(\\[[0-9A-Fa-f:.]*\\]|[^:\\[\\]]+)(?::([0-9]{1,5}))?");
  private static final Pattern LOOPBACK =
      Pattern.compile("127(\\.[0-9]{1,3}){3}|localhost|\\[::1?\\]|0\\.0\\.0\\.0");
  private static final String UNIX = "unix:";

  /** Parses a URL; empty if it has no such parts, for example if it is a single variable. */
  static Optional<ProxyUrl> of(String url) {
    Matcher matcher = URL.matcher(url);
    return matcher.matches()
        ? Optional.of(
            new ProxyUrl(
                String.valueOf(matcher.group(1)),
                String.valueOf(matcher.group(2)),
                String.valueOf(matcher.group(3))))
        : Optional.empty();
  }

  /** Tells whether the host is a variable, which only nginx can evaluate for each request. */
  boolean isVariable() {
    return host.startsWith("$");
  }

  /** Returns the host without its port, which may be the name of an upstream. */
  String name() {
    return host.startsWith(UNIX) ? host : host.replaceFirst(":[0-9]+$", "");
  }

  /** Returns the Host that nginx sends by default: {@code $proxy_host}. */
  String proxyHost() {
    String usual = scheme.equals("https") ? ":443" : ":80";
    String shown = host.endsWith(usual) ? host.substring(0, host.length() - usual.length()) : host;
    return host.startsWith(UNIX) ? "localhost" : shown;
  }

  /**
   * Returns the local address; empty for another machine or a variable.
   *
   * @param own names and addresses of this machine
   */
  Optional<String> address(Set<String> own) {
    return isVariable()
        ? Optional.empty()
        : local(host, own, scheme.equals("https") ? "443" : "80");
  }

  /**
   * Returns the local address of an upstream's server; empty for another machine.
   *
   * @param own names and addresses of this machine
   */
  static Optional<String> ofServer(String server, Set<String> own) {
    return local(server, own, "80");
  }

  private static Optional<String> local(String host, Set<String> own, String usualPort) {
    if (host.startsWith(UNIX)) {
      return Optional.of(ListenAddress.unix(host.substring(UNIX.length())));
    }
    Matcher matcher = HOST.matcher(host);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String name = String.valueOf(matcher.group(1));
    boolean here = LOOPBACK.matcher(name).matches() || own.contains(name);
    String port = matcher.group(2) == null ? usualPort : String.valueOf(matcher.group(2));
    return here ? Optional.of(ListenAddress.TCP + port) : Optional.empty();
  }

  /** Returns the URI in the form that must follow an app's local address. */
  String uriBehind(String address) {
    return address.startsWith(UNIX) && !uri.isEmpty() ? ":" + uri : uri;
  }
}

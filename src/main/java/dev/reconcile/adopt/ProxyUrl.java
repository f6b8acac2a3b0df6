package dev.reconcile.adopt;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code proxy_pass} names, in its parts (ngx_http_proxy_module).
 *
 * @param scheme {@code http}, {@code https}, or a variable
 * @param host a name or an address, with a port if there is one, or {@code unix:PATH}; it may be a
 *     variable
 * @param uri what follows: a path, a variable, or nothing; behind a socket's path without its colon
 */
record ProxyUrl(String scheme, String host, String uri) {
  private static final Pattern URL =
      Pattern.compile("(https?|\\$\\w+)://(unix:[^:]*|\\$\\w+|[^/?#$]*):?(.*)");
  private static final Pattern HOST =
      Pattern.compile("(\\[[0-9A-Fa-f:.]*\\]|[^:\\[\\]]+)(?::([0-9]{1,5}))?");
  private static final Pattern LOOPBACK =
      Pattern.compile("127(\\.[0-9]{1,3}){3}|localhost|\\[::1?\\]|0\\.0\\.0\\.0");
  private static final String UNIX = "unix:";

  /** The parts of a URL; nothing if it has none, as where a variable is all of it. */
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

  /** Whether only nginx knows, with each request, whom that is. */
  boolean isVariable() {
    return host.startsWith("$");
  }

  /** The host without its port, by which an upstream would be found. */
  String name() {
    return host.startsWith(UNIX) ? host : host.replaceFirst(":[0-9]+$", "");
  }

  /** The Host that nginx sends where it is told none: {@code $proxy_host}. */
  String proxyHost() {
    String usual = scheme.equals("https") ? ":443" : ":80";
    String shown = host.endsWith(usual) ? host.substring(0, host.length() - usual.length()) : host;
    return host.startsWith(UNIX) ? "localhost" : shown;
  }

  /**
   * Where that is on this machine; empty if it is another one, or not known beforehand.
   *
   * @param own names and addresses of this machine
   */
  Optional<String> address(Set<String> own) {
    return isVariable()
        ? Optional.empty()
        : local(host, own, scheme.equals("https") ? "443" : "80");
  }

  /**
   * Where the server of an upstream is on this machine; empty if it is another one.
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

  /** What follows, as it must stand behind an address of an app of this machine. */
  String uriBehind(String address) {
    return address.startsWith(UNIX) && !uri.isEmpty() ? ":" + uri : uri;
  }
}

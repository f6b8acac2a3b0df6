package dev.reconcile.adopt;

import java.nio.file.Path;
import java.util.Optional;

/** What gunicorn listens on and nginx asks, in one form for both. */
final class Address {
  private static final String UNIX = "unix:";
  private static final int USUAL_PORT = 8000; // gunicorn's, where only a host is named

  private Address() {}

  /** The socket that an app has in the tree. */
  static String ofApp(String app) {
    return UNIX + "/run/" + app + "_gunicorn.sock";
  }

  /** What gunicorn's {@code --bind} means; a relative path is one of the directory it runs in. */
  static String ofBind(String bind, String directory) {
    if (bind.startsWith(UNIX)) {
      String path = bind.substring(UNIX.length()).replaceFirst("^//", "");
      return unix(path.startsWith("/") ? path : directory + "/" + path);
    }
    if (!bind.contains(":") && !bind.contains("$")) {
      return "tcp:" + USUAL_PORT;
    }
    String port = bind.substring(bind.lastIndexOf(':') + 1);
    return port.matches("[0-9]{1,5}") ? "tcp:" + port : bind;
  }

  /**
   * Whom {@code proxy_pass} asks: as here, or the name of an upstream; empty if it is not told
   * beforehand, or is another machine.
   */
  static Optional<String> ofProxyPass(String url) {
    String rest = url.replaceFirst("^https?://", "");
    if (rest.equals(url) || rest.contains("$")) {
      return Optional.empty();
    }
    if (rest.startsWith(UNIX)) {
      String path = rest.substring(UNIX.length());
      int colon = path.indexOf(':');
      return Optional.of(unix(colon < 0 ? path : path.substring(0, colon)));
    }
    int slash = rest.indexOf('/');
    return ofServer(slash < 0 ? rest : rest.substring(0, slash));
  }

  /** What a server of an upstream is. */
  static Optional<String> ofServer(String server) {
    if (server.startsWith(UNIX)) {
      return Optional.of(unix(server.substring(UNIX.length())));
    }
    int colon = server.lastIndexOf(':');
    if (colon < 0) {
      return Optional.of(server);
    }
    return server.matches("(127\\.0\\.0\\.1|localhost|\\[::1\\]|0\\.0\\.0\\.0):[0-9]{1,5}")
        ? Optional.of("tcp:" + server.substring(colon + 1))
        : Optional.empty();
  }

  /** The path that {@code proxy_pass} puts before what was asked for; empty if it has none. */
  static String uri(String url) {
    int socket = url.indexOf("//unix:");
    int begin = socket < 0 ? url.indexOf("//") + 2 : socket + "//unix:".length();
    int end = url.indexOf(socket < 0 ? '/' : ':', begin);
    return end < 0 ? "" : url.substring(socket < 0 ? end : end + 1);
  }

  /**
   * The same, as it must stand behind another address: behind a socket's path a colon comes first,
   * or it would be a part of that path (ngx_http_proxy_module, proxy_pass).
   */
  static String uri(String url, String address) {
    String path = uri(url);
    return address.startsWith(UNIX) && !path.isEmpty() ? ":" + path : path;
  }

  /** The address as it stands in {@code proxy_pass}. */
  static String asProxied(String address) {
    return address.startsWith("tcp:") ? "127.0.0.1:" + address.substring(4) : address;
  }

  /** Whether it is known where that is: a socket's path or a port. */
  static boolean isKnown(String address) {
    return address.startsWith("tcp:") || address.startsWith(UNIX);
  }

  // /var/run is /run on every system with systemd
  private static String unix(String path) {
    String normal = Path.of(path).normalize().toString();
    return UNIX + (normal.startsWith("/var/run/") ? normal.substring("/var".length()) : normal);
  }
}

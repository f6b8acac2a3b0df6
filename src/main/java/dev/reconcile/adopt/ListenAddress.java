package dev.reconcile.adopt;

import dev.reconcile.model.Layout;
import java.nio.file.Path;

/**
 * What gunicorn listens on and nginx asks, in one form for both: {@code unix:PATH} or {@code
 * tcp:PORT}.
 */
final class ListenAddress {
  static final String TCP = "tcp:";
  private static final String UNIX = "unix:";
  private static final int USUAL_PORT = 8000; // gunicorn's, where only a host is named

  private ListenAddress() {}

  /** The socket that an app has in the tree. */
  static String ofApp(String app) {
    return UNIX + new Layout(app).socket();
  }

  /** What gunicorn's {@code --bind} means; a relative path is one of the directory it runs in. */
  static String ofBind(String bind, String directory) {
    if (bind.startsWith(UNIX)) {
      String path = bind.substring(UNIX.length()).replaceFirst("^//", "");
      return unix(path.startsWith("/") ? path : directory + "/" + path);
    }
    if (!bind.contains(":") && !bind.contains("$")) {
      return TCP + USUAL_PORT;
    }
    String port = bind.substring(bind.lastIndexOf(':') + 1);
    return port.matches("[0-9]{1,5}") ? TCP + port : bind;
  }

  /**
   * Whether only this machine can ask there.
   *
   * @param bind where somebody listens, as {@code unix:PATH} or {@code HOST:PORT}
   */
  static boolean isLocal(String bind) {
    return bind.startsWith(UNIX)
        || bind.startsWith("/")
        || bind.matches("(127(\\.[0-9]{1,3}){3}|localhost|\\[::1\\])(:[0-9]*)?");
  }

  /** The address as it stands in {@code proxy_pass} and in an upstream. */
  static String asProxied(String address) {
    return address.startsWith(TCP) ? "127.0.0.1:" + address.substring(TCP.length()) : address;
  }

  /** The address as a person knows it: a path, or a host and a port. */
  static String shown(String address) {
    return address.startsWith(UNIX) ? address.substring(UNIX.length()) : asProxied(address);
  }

  /** Whether it is known where that is: a socket's path or a port. */
  static boolean isKnown(String address) {
    return address.startsWith(TCP) || address.startsWith(UNIX);
  }

  /** A socket's path as an address; /var/run is /run on every system with systemd. */
  static String unix(String path) {
    String normal = Path.of(path).normalize().toString();
    return UNIX + (normal.startsWith("/var/run/") ? normal.substring("/var".length()) : normal);
  }
}

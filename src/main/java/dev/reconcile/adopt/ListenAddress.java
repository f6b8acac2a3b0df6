// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.model.Layout;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * A common form for the addresses that gunicorn listens on and nginx connects to: {@code unix:PATH}
 * or {@code tcp:PORT}.
 */
final class ListenAddress {
  static final String TCP = "tcp:";
  private static final String UNIX = "unix:";
  private static final String PORT = "[0-9]{1,5}";
  private static final int USUAL_PORT = 8000; // gunicorn's default for a bind without a port

  private ListenAddress() {}

  /** Returns the socket that an app has in the tree. */
  static String ofApp(String app) {
    return UNIX + new Layout(app).socket();
  }

  /**
   * Returns the address of gunicorn's {@code --bind}; a relative path is resolved against the
   * working directory.
   */
  static String ofBind(String bind, String directory) {
    if (bind.startsWith(UNIX)) {
      String path = bind.substring(UNIX.length()).replaceFirst("^//", "");
      return unix(path.startsWith("/") ? path : directory + "/" + path);
    }
    if (!bind.contains(":") && !bind.contains("$")) {
      return TCP + USUAL_PORT;
    }
    String port = bind.substring(bind.lastIndexOf(':') + 1);
    return port.matches(PORT) ? TCP + port : bind;
  }

  /**
   * Tells whether only this machine can connect to an address.
   *
   * @param bind the address of a listening socket, as {@code unix:PATH} or {@code HOST:PORT}
   */
  static boolean isLocal(String bind) {
    return bind.startsWith(UNIX)
        || bind.startsWith("/")
        || bind.matches("(127(\\.[0-9]{1,3}){3}|localhost|\\[::1\\])(:[0-9]*)?");
  }

  /** Returns the address in the form of {@code proxy_pass} and of an upstream. */
  static String asProxied(String address) {
    return address.startsWith(TCP) ? "127.0.0.1:" + address.substring(TCP.length()) : address;
  }

  /** Returns the address for display: a path, or a host and a port. */
  static String shown(String address) {
    return address.startsWith(UNIX) ? address.substring(UNIX.length()) : asProxied(address);
  }

  /** Tells whether an address is known: a socket's path or a port. */
  static boolean isKnown(String address) {
    return address.startsWith(TCP) || address.startsWith(UNIX);
  }

  /**
   * Returns the port of an address; empty for a path, and for what gunicorn would not accept as a
   * port.
   */
  static OptionalInt port(String address) {
    String port = address.startsWith(TCP) ? address.substring(TCP.length()) : "";
    return port.matches(PORT) ? OptionalInt.of(Integer.parseInt(port)) : OptionalInt.empty();
  }

  /** Returns the address of a socket's path. On every system with systemd, /var/run is /run. */
  static String unix(String path) {
    String normal = Path.of(path).normalize().toString();
    return UNIX + (normal.startsWith("/var/run/") ? normal.substring("/var".length()) : normal);
  }
}

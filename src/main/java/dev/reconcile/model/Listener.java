// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.List;

/**
 * The way in which a web process gets the address that it listens on.
 *
 * @param way the way
 * @param standbyPort the port of a standby instance, for {@link Way#PORT}; 0 otherwise
 * @param group the group of nginx's workers, which may reach the process's own socket
 */
public record Listener(Way way, int standbyPort, String group) {
  /** gunicorn, which inherits the socket of its socket unit. */
  public static final Listener GUNICORN = new Listener(Way.GUNICORN, 0, "");

  /** The name of a socket that a server makes in the runtime directory of its unit. */
  public static final String SOCKET = "web.sock";

  /** The ways. */
  public enum Way {
    /** gunicorn inherits the socket that systemd holds. */
    GUNICORN,
    /** Another server inherits the socket that systemd holds, as descriptor 3. */
    DESCRIPTOR,
    /** The server makes a unix socket in the runtime directory of its unit. */
    SOCKET,
    /** The server listens on a port of the loopback interface. */
    PORT
  }

  /** Tells whether systemd holds the socket, so that requests wait in it during a restart. */
  public boolean isHeld() {
    return way == Way.GUNICORN || way == Way.DESCRIPTOR;
  }

  /** Tells whether the process is gunicorn. */
  public boolean isGunicorn() {
    return way == Way.GUNICORN;
  }

  /**
   * Returns the address of a standby instance.
   *
   * @param unit the name of its unit, without suffix
   */
  public String standbyAddress(String unit) {
    return switch (way) {
      case GUNICORN, DESCRIPTOR -> "unix:/run/" + unit + ".sock";
      case SOCKET -> "unix:/run/" + unit + "/" + SOCKET;
      case PORT -> "127.0.0.1:" + standbyPort;
    };
  }

  /**
   * Returns the commands that open the socket of a server to nginx, as values of ExecStartPost=.
   * They wait until the server has made it. No other app can reach it, because of the directory.
   *
   * @param directory the runtime directory of the unit
   */
  public List<String> opening(String directory) {
    if (way != Way.SOCKET) {
      return List.of();
    }
    // With the rights of the app, because the app may put anything at the path. By a link, nginx
    // would serve another app's pages.
    String open =
        """
        /bin/sh -c 's=%1$s; n=0; until [ -S $$s ]; do n=$$((n+1)); [ $$n -lt 750 ] \
        && kill -0 $$MAINPID || exit 1; sleep 0.1; done; \
        if [ -L $$s ] || [ ! -O $$s ]; then \
        echo "$$s is not a socket that the server has made, but a link or a socket of another user."\
         >&2; exit 1; fi; chmod 0666 $$s'\
        """
            .formatted(directory + "/" + SOCKET);
    // Root owns the name of the directory. systemd resets its group at each command of the unit, so
    // this is the last one.
    String share =
        "+/bin/sh -c '/bin/chgrp %2$s %1$s && /bin/chmod 0750 %1$s'".formatted(directory, group);
    return List.of(open, share);
  }
}

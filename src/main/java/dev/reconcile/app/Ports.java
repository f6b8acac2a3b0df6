// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import java.util.List;
import java.util.Map;

/**
 * The ports and socket suffixes of the apps of a host.
 *
 * @param numbers app to number; apps that need none or have none yet are left out
 * @param standbys app to the ports that a standby instance may use, for each app whose server opens
 *     a port itself
 */
public record Ports(Map<String, Integer> numbers, Map<String, List<Integer>> standbys) {
  /** The ports of a host on which no app has a number. */
  public static final Ports NONE = new Ports(Map.of(), Map.of());

  public Ports {
    numbers = Map.copyOf(numbers);
    standbys = Map.copyOf(standbys);
  }

  /** Returns the ports that a standby instance may use, in order; 0 alone if it needs none. */
  List<Integer> standbyPorts(App app) {
    return app.opensPort() ? standbys.getOrDefault(app.name(), List.of()) : List.of(0);
  }

  /** Returns the number of an app; 0 if it has none. */
  int of(App app) {
    return numbers.getOrDefault(app.name(), 0);
  }

  /**
   * Returns where an app listens. nginx, the socket unit, the settings and the health check all use
   * this value.
   */
  public String address(App app) {
    return switch (app.web().bind()) {
      case SOCKET -> "unix:" + app.layout().socket();
      case OWN_SOCKET -> "unix:" + app.layout().ownSocket();
      case PORT, OWN_PORT -> "127.0.0.1:" + of(app);
      case SOCKET_SUFFIX -> "unix:" + app.layout().socket(of(app));
    };
  }
}

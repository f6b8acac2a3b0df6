// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import java.util.Map;

/**
 * The ports and socket suffixes of the apps of a host.
 *
 * @param numbers app to number; apps that need none or have none yet are left out
 */
public record Ports(Map<String, Integer> numbers) {
  /** The ports of a host on which no app has a number. */
  public static final Ports NONE = new Ports(Map.of());

  public Ports {
    numbers = Map.copyOf(numbers);
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
    return switch (app.gunicorn().bind()) {
      case SOCKET -> "unix:" + app.layout().socket();
      case PORT -> "127.0.0.1:" + of(app);
      case SOCKET_SUFFIX -> "unix:" + app.layout().socket(of(app));
    };
  }
}

package dev.reconcile.app;

import java.util.Map;

/**
 * The ports and suffixes that apps have on a host.
 *
 * @param numbers app to number; without an app that needs none, or that has none yet
 */
public record Ports(Map<String, Integer> numbers) {
  /** No app has a number. */
  public static final Ports NONE = new Ports(Map.of());

  public Ports {
    numbers = Map.copyOf(numbers);
  }

  /** The number of an app; 0 if it has none. */
  int of(App app) {
    return numbers.getOrDefault(app.name(), 0);
  }

  /**
   * Where an app listens. nginx, the socket unit, the settings and the health check all read this
   * value.
   */
  public String address(App app) {
    return switch (app.gunicorn().bind()) {
      case SOCKET -> "unix:" + app.layout().socket();
      case PORT -> "127.0.0.1:" + of(app);
      case SOCKET_SUFFIX -> "unix:" + app.layout().socket(of(app));
    };
  }
}

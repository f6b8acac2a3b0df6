// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.nginx.Directive;
import java.util.HashSet;
import java.util.Set;

/**
 * The {@code listen} directives of a server that a site's keys can express: port 80, or 443 with
 * TLS.
 */
final class Listens {
  private final Set<String> ports = new HashSet<>();
  private boolean http2;

  /** Adds a {@code listen}; false if no key can express it. */
  boolean add(Directive listen) {
    return switch (String.join(" ", listen.parameters())) {
      case "80" -> ports.add("80");
      case "443 ssl" -> ports.add("443");
      case "443 ssl http2", "443 http2 ssl" -> {
        http2 = true;
        yield ports.add("443");
      }
      default -> false;
    };
  }

  void speakHttp2(boolean on) {
    http2 = on;
  }

  boolean speaksHttp2() {
    return http2;
  }

  boolean isSecure() {
    return ports.contains("443");
  }

  boolean isBoth() {
    return ports.size() > 1;
  }
}

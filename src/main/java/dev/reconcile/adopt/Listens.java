package dev.reconcile.adopt;

import dev.reconcile.nginx.Directive;
import java.util.HashSet;
import java.util.Set;

/** Where a server listens, as far as a site's keys can say it: on 80, or with TLS on 443. */
final class Listens {
  private final Set<String> ports = new HashSet<>();
  private boolean http2;

  /** Takes up a {@code listen}; false if no key says the same. */
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

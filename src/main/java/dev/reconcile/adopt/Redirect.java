package dev.reconcile.adopt;

import dev.reconcile.model.Rule;
import dev.reconcile.nginx.Directive;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What plain http answers, as {@code site.redirect_http} has it. */
final class Redirect {
  private static final Map<String, Object> USUAL =
      Map.of("to", "https://$host$request_uri", "status", 301);

  private final Obstacles obstacles;
  private final Map<String, Object> target = new LinkedHashMap<>();
  private boolean byName;

  private Redirect(Obstacles obstacles) {
    this.obstacles = obstacles;
  }

  /** The key's value; none if it would say what is usual, or there is an obstacle. */
  static Optional<Map<String, Object>> read(Server server, Server main, Obstacles obstacles) {
    if (!Set.copyOf(server.names()).equals(Set.copyOf(main.names()))) {
      obstacles.add("plain http is for other names", server.place());
    }
    Redirect redirect = new Redirect(obstacles);
    server.directive().block().forEach(redirect::directive);
    if (!Rule.NGINX_WORD.accepts("" + redirect.target.getOrDefault("to", ""))) {
      obstacles.add("plain http is no redirect", server.place());
    }
    return redirect.target.equals(USUAL) ? Optional.empty() : Optional.of(redirect.target);
  }

  private void directive(Directive d) {
    boolean plain = d.is("listen") && d.parameter().equals("80");
    if (d.is("return") && d.words().size() == 3 && target.isEmpty()) {
      aim(d);
    } else if (isByName(d)) {
      byName = true;
      aim(d.block().getFirst());
    } else if (!plain && !d.is("server_name") && !(byName && d.parameter().equals("404"))) {
      obstacles.add("plain http has " + Extra.title(d), Place.of(d));
    }
  }

  // as certbot writes it: if ($host = name) { return 301 …; }, and at the end return 404
  private static boolean isByName(Directive d) {
    return d.is("if")
        && String.join(" ", d.parameters()).matches("\\( ?\\$host = [^ ]+ ?\\)")
        && d.block().size() == 1
        && d.block().getFirst().words().size() == 3
        && d.block().getFirst().is("return");
  }

  private void aim(Directive d) {
    String status = d.words().get(1);
    if (!status.matches("30[12378]")) {
      obstacles.add("plain http answers " + status, Place.of(d));
      return;
    }
    target.put("to", d.words().get(2));
    target.put("status", Integer.parseInt(status));
  }
}

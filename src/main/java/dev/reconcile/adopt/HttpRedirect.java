// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.model.TextFormat;
import dev.reconcile.nginx.Directive;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The redirect of plain http, converted to the key {@code site.redirect_http}: one redirect for all
 * names.
 *
 * <p>Invariant: different redirects, or a redirect for some of the names only, are an obstacle.
 */
final class HttpRedirect {
  private static final Map<String, Object> USUAL =
      Map.of("to", "https://$host$request_uri", "status", 301);

  // certbot writes: if ($host = name) { return 301 …; }, and at the end return 404
  private static final Pattern BY_NAME = Pattern.compile("\\( ?\\$host = ([^ ]+) ?\\)");

  private final ProxiedServer server;
  private final Blockers blockers;
  private final List<Directive> returns = new ArrayList<>();
  private final Set<String> byName = new HashSet<>();
  private boolean forAll;

  private HttpRedirect(ProxiedServer server, Blockers blockers) {
    this.server = server;
    this.blockers = blockers;
  }

  /**
   * The result of reading a server.
   *
   * @param key the key's value; empty for the default, or if there is an obstacle
   * @param refusesForeignNames whether the server answers other names with 404
   */
  record Reading(Optional<Map<String, Object>> key, boolean refusesForeignNames) {}

  /** Reads the server that answers plain http for the names of an app's server. */
  static Reading read(ProxiedServer server, ProxiedServer main, Blockers blockers) {
    if (!Set.copyOf(server.names()).equals(Set.copyOf(main.names()))) {
      blockers.add("plain http is for other names", server.place());
    }
    HttpRedirect redirect = new HttpRedirect(server, blockers);
    server.directive().block().forEach(redirect::directive);
    return redirect.result();
  }

  private void directive(Directive d) {
    Matcher name = BY_NAME.matcher(String.join(" ", d.parameters()));
    boolean onlyReturns =
        d.is("if")
            && name.matches()
            && d.block().size() == 1
            && d.block().getFirst().is("return")
            && d.block().getFirst().words().size() == 3;
    if (d.is("return") && d.words().size() == 3) {
      returns.add(d);
      forAll = true;
    } else if (onlyReturns) {
      returns.add(d.block().getFirst());
      byName.add(String.valueOf(name.group(1)));
    } else if (!Set.of("listen", "server_name").contains(d.name()) && !isEnd(d)) {
      blockers.add("plain http has " + RawDirectives.title(d), SourceLocation.of(d));
    }
  }

  private boolean isEnd(Directive d) {
    return d.words().equals(List.of("return", "404")) && !byName.isEmpty();
  }

  private Reading result() {
    if (returns.isEmpty()) {
      blockers.add("plain http does not redirect", server.place());
      return new Reading(Optional.empty(), false);
    }
    Directive first = returns.getFirst();
    for (Directive other : returns) {
      if (!other.words().equals(first.words())) {
        blockers.add("plain http sends its names to different places", SourceLocation.of(other));
      }
    }
    if (!forAll && !byName.containsAll(server.names())) {
      blockers.add("plain http redirects only some of its names", SourceLocation.of(first));
    }
    String status = first.words().get(1);
    String to = first.words().get(2);
    if (!status.matches("30[12378]") || !TextFormat.NGINX_WORD.accepts(to)) {
      blockers.add("plain http answers " + status, SourceLocation.of(first));
      return new Reading(Optional.empty(), false);
    }
    Map<String, Object> target = new LinkedHashMap<>();
    target.put("to", to);
    target.put("status", Integer.parseInt(status));
    return new Reading(target.equals(USUAL) ? Optional.empty() : Optional.of(target), !forAll);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.web;

import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.ResolvedConfig;
import dev.reconcile.nginx.Server;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The path that a visitor requests to reach the app, according to the site's locations. The answer
 * of another program shows nothing about the app.
 *
 * @param path the requested path
 * @param isJudged whether a gateway error for this path concerns the app
 */
record AppRoute(String path, boolean isJudged) {
  /**
   * Finds the route to the app at an address. It is the path of the app's health check if that path
   * leads to the app.
   */
  static AppRoute of(Server server, ResolvedConfig configuration, String path, String address) {
    List<Directive> locations =
        server.block().contents().filter(location -> location.is("location")).toList();
    List<Directive> leading =
        locations.stream().filter(location -> leads(location, configuration, address)).toList();
    Optional<Directive> usual = chosen(locations, path);
    boolean isUsual = usual.isEmpty() || leading.contains(usual.get()) || isIndirect(usual.get());
    if (isUsual || leading.isEmpty()) {
      return new AppRoute(path, true);
    }
    Optional<Directive> other =
        leading.stream()
            .filter(location ->
                isPlain(location)
                    && chosen(locations, prefix(location)).equals(Optional.of(location)))
            .findFirst();
    return other.isPresent() ? new AppRoute(prefix(other.get()), true) : new AppRoute(path, false);
  }

  private static boolean leads(Directive location, ResolvedConfig configuration, String address) {
    return location
        .all()
        .filter(directive -> directive.is("proxy_pass"))
        .map(Directive::parameter)
        .anyMatch(target ->
            target.contains("$")
                || UpstreamTargets.of(target, configuration).stream()
                    .anyMatch(server -> UpstreamTargets.isAt(server, address)));
  }

  // The request may leave the location by a named location, or by rules that only nginx evaluates.
  private static boolean isIndirect(Directive location) {
    return location
        .all()
        .anyMatch(directive ->
            (directive.is("try_files") && directive.parameters().getLast().startsWith("@"))
                || (directive.is("error_page") && directive.parameters().getLast().startsWith("@"))
                || directive.is("rewrite")
                || UpstreamTargets.isProgram(directive));
  }

  private static String modifier(Directive location) {
    return location.parameters().size() > 1 ? location.parameters().getFirst() : "";
  }

  private static String prefix(Directive location) {
    return location.parameters().isEmpty() ? "" : location.parameters().getLast();
  }

  private static boolean isPlain(Directive location) {
    return !modifier(location).startsWith("~")
        && prefix(location).startsWith("/")
        && location.all().noneMatch(directive -> directive.is("internal"));
  }

  /** Finds the location that nginx chooses for a path (ngx_http_core_module, "location"). */
  private static Optional<Directive> chosen(List<Directive> locations, String whole) {
    String path = whole.replaceFirst("[?#].*", "");
    Optional<Directive> exact =
        locations.stream()
            .filter(location -> modifier(location).equals("=") && prefix(location).equals(path))
            .findFirst();
    Optional<Directive> longest =
        locations.stream()
            .filter(location -> List.of("", "^~").contains(modifier(location)))
            .filter(
                location -> prefix(location).startsWith("/") && path.startsWith(prefix(location)))
            .max(Comparator.comparingInt(location -> prefix(location).length()));
    if (exact.isPresent()
        || longest.filter(location -> modifier(location).equals("^~")).isPresent()) {
      return exact.or(() -> longest);
    }
    return locations.stream()
        .filter(location -> modifier(location).startsWith("~") && matches(location, path))
        .findFirst()
        .or(() -> longest);
  }

  private static boolean matches(Directive location, String path) {
    try {
      int flags = modifier(location).equals("~*") ? Pattern.CASE_INSENSITIVE : 0;
      return Pattern.compile(prefix(location), flags).matcher(path).find();
    } catch (PatternSyntaxException e) {
      return false;
    }
  }
}

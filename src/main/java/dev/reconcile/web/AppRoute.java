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
 * What a visitor asks for so that the app answers, read from the site's own locations: a page that
 * another program answers says nothing of the app.
 *
 * @param path what the visitor asks for
 * @param isJudged whether an answer of the gateway's tells of the app
 */
record AppRoute(String path, boolean isJudged) {
  /** The one to the app at an address, which is the app's own question where it leads there. */
  static AppRoute of(Server server, ResolvedConfig configuration, String path, String address) {
    List<Directive> locations =
        server.block().contents().filter(one -> one.is("location")).toList();
    List<Directive> leading =
        locations.stream().filter(one -> leads(one, configuration, address)).toList();
    Optional<Directive> usual = chosen(locations, path);
    boolean isUsual = usual.isEmpty() || leading.contains(usual.get()) || isIndirect(usual.get());
    if (isUsual || leading.isEmpty()) {
      return new AppRoute(path, true);
    }
    Optional<Directive> other =
        leading.stream()
            .filter(one -> isPlain(one) && chosen(locations, prefix(one)).equals(Optional.of(one)))
            .findFirst();
    return other.isPresent() ? new AppRoute(prefix(other.get()), true) : new AppRoute(path, false);
  }

  private static boolean leads(Directive location, ResolvedConfig configuration, String address) {
    return location
        .all()
        .filter(one -> one.is("proxy_pass"))
        .map(Directive::parameter)
        .anyMatch(target ->
            target.contains("$")
                || isAt(target.replaceFirst("^https?://", ""), address)
                || servesUpstream(target, configuration, address));
  }

  private static boolean isAt(String target, String address) {
    String plain = target.replaceFirst("^unix:/var/run/", "unix:/run/");
    return plain.equals(address)
        || plain.startsWith(address + ":")
        || plain.startsWith(address + "/");
  }

  private static boolean servesUpstream(
      String target, ResolvedConfig configuration, String address) {
    String name = target.replaceFirst("^https?://", "").replaceFirst("/.*", "");
    return configuration
        .http()
        .filter(one -> one.is("upstream") && one.parameter().equals(name))
        .flatMap(Directive::contents)
        .anyMatch(one ->
            one.is("server")
                && !one.parameters().isEmpty()
                && isAt(one.parameters().getFirst(), address));
  }

  // by a named location, or by rules that only nginx knows
  private static boolean isIndirect(Directive location) {
    return location
        .all()
        .anyMatch(one ->
            (one.is("try_files") && one.parameters().getLast().startsWith("@"))
                || (one.is("error_page") && one.parameters().getLast().startsWith("@"))
                || one.is("rewrite")
                || one.name().contains("_by_lua")
                || one.name().startsWith("js_"));
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
        && location.all().noneMatch(one -> one.is("internal"));
  }

  /** Which location nginx takes for a path (ngx_http_core_module, "location"). */
  private static Optional<Directive> chosen(List<Directive> locations, String whole) {
    String path = whole.replaceFirst("[?#].*", "");
    Optional<Directive> exact =
        locations.stream()
            .filter(one -> modifier(one).equals("=") && prefix(one).equals(path))
            .findFirst();
    Optional<Directive> longest =
        locations.stream()
            .filter(one -> List.of("", "^~").contains(modifier(one)))
            .filter(one -> prefix(one).startsWith("/") && path.startsWith(prefix(one)))
            .max(Comparator.comparingInt(one -> prefix(one).length()));
    if (exact.isPresent() || longest.filter(one -> modifier(one).equals("^~")).isPresent()) {
      return exact.or(() -> longest);
    }
    return locations.stream()
        .filter(one -> modifier(one).startsWith("~") && matches(one, path))
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

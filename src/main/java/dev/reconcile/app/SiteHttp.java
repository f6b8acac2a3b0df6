// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Origin;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.NginxConfig;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The key {@code site.http}: the lines that a site needs in nginx's http block. They may define
 * objects that the site names, and nothing that would affect the sites of others.
 */
public final class SiteHttp {
  private static final Set<String> REPEATABLE = Set.of("map", "geo", "split_clients");

  private static final Set<String> DEFINITIONS =
      Set.of(
          "map",
          "geo",
          "geoip2",
          "split_clients",
          "upstream",
          "limit_req_zone",
          "limit_conn_zone",
          "proxy_cache_path",
          "fastcgi_cache_path",
          "scgi_cache_path",
          "uwsgi_cache_path",
          "log_format",
          "js_import",
          "js_set",
          "js_shared_dict_zone",
          "perl_set");

  private SiteHttp() {}

  /** Returns the file that has the lines of an app. */
  public static String file(String app) {
    return new Layout(app).siteHttp();
  }

  /**
   * Returns the name of a variable of an app, without the dollar sign. Two apps never have the same
   * variable, because "_" and "-" stay apart.
   *
   * @param meaning what it has, in one word
   */
  static String variable(String app, String meaning) {
    return "reconcile_" + app.replace("_", "__").replace("-", "_0") + "_" + meaning;
  }

  /** Reports directives that are not allowed there. */
  static void check(String text, Origin origin, Declarations mistakes) {
    NginxConfig.Parsed parsed = NginxConfig.parse("", text);
    parsed
        .mistake()
        .ifPresent(mistake ->
            mistakes.error(
                origin,
                "Malformed nginx lines",
                "nginx would not read line %s of site.http: %s."
                    .formatted(mistake.line(), mistake.what())));
    for (Directive directive : parsed.directives()) {
      if (!DEFINITIONS.contains(directive.name())) {
        mistakes.error(
            origin,
            "Directive not allowed in site.http",
            """
            "%s" would count for all sites of the host. For this site alone it may \
            belong into "extra"; for all, into a file: files: \
            {/etc/nginx/conf.d/NAME.conf: {content: …}} in reconcile.yaml. \
            site.http defines what a site names: %s.\
            """
                .formatted(
                    directive.name(), String.join(", ", DEFINITIONS.stream().sorted().toList())));
      }
    }
  }

  /**
   * A name that http-level lines define.
   *
   * @param name the name in words; two apps cannot both define it
   * @param text the text of a definition that nginx takes twice, such as a map; empty for others
   */
  public record Definition(String name, String text) {}

  /** Returns what the lines define. */
  public static List<Definition> definitions(String text) {
    return NginxConfig.parse("", text).directives().stream()
        .flatMap(directive ->
            definition(directive)
                .map(name ->
                    new Definition(
                        name, REPEATABLE.contains(directive.name()) ? text(directive) : ""))
                .stream())
        .toList();
  }

  private static String text(Directive directive) {
    return directive.words()
        + directive.block().stream().map(SiteHttp::text).collect(Collectors.joining(";", "{", "}"));
  }

  private static Optional<String> definition(Directive directive) {
    return switch (directive.name()) {
      case "map", "split_clients" -> word(directive, 2).map(name -> "variable " + name);
      case "js_set", "perl_set" -> word(directive, 1).map(name -> "variable " + name);
      case "geo" -> Optional.of("variable " + directive.words().getLast());
      case "upstream", "log_format" ->
          word(directive, 1).map(name -> directive.name() + " " + name);
      default -> zone(directive).map(name -> "zone " + name);
    };
  }

  private static Optional<String> word(Directive directive, int place) {
    return directive.words().size() > place
        ? Optional.of(directive.words().get(place))
        : Optional.empty();
  }

  private static Optional<String> zone(Directive directive) {
    return directive.parameters().stream()
        .filter(word -> word.matches("(keys_)?zone=.+"))
        .map(word -> word.substring(word.indexOf('=') + 1).replaceFirst(":.*", ""))
        .findFirst();
  }
}

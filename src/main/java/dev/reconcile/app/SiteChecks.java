// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.model.Origin;
import dev.reconcile.nginx.Directive;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The check for parts of a site that have no effect in nginx or in the site's template. */
final class SiteChecks {
  /** Keys that not only the template uses, or that are no value of the template. */
  private static final Set<String> READ_ELSEWHERE = Set.of("server_name", "template", "http");

  private static final Map<String, String> VALUES =
      Map.of(
          "redirect_http", "redirect",
          "access_log", "access_logs",
          "listen", "listens",
          "default_server", "listens",
          "static", "statics",
          "http2", "tls");

  /**
   * Directives that a location does not inherit from its server, or that need a location to have an
   * effect.
   */
  private static final Set<String> OF_A_LOCATION = Set.of("root", "try_files", "stub_status");

  /** Directives that handle a request in a location, or that name the directory of its files. */
  private static final Set<String> ANSWERS =
      Set.of(
          "root",
          "alias",
          "include",
          "return",
          "rewrite",
          "try_files",
          "deny",
          "internal",
          "stub_status",
          "empty_gif",
          "echo",
          "perl",
          "error_page");

  private final App app;
  private final App.Site site;
  private final String address;
  private final Declarations declarations;

  SiteChecks(App app, App.Site site, String address, Declarations declarations) {
    this.app = app;
    this.site = site;
    this.address = address;
    this.declarations = declarations;
  }

  /** Warns about parts that have no effect. */
  void check(Templates templates) {
    if (!templates.isBuiltIn(site.template())) {
      mounts(templates);
      unused(templates);
      readTimeout(templates);
      return;
    }
    List<Directive> extra = SiteHeaders.extra(site);
    boolean locations = extra.stream().anyMatch(line -> line.is("location") || line.is("include"));
    if (!locations) {
      withoutLocation(extra);
    }
    if (site.logs().access().contains(AccessLog.OFF)) {
      extra.stream()
          .filter(line -> line.is("access_log"))
          .findFirst()
          .ifPresent(this::loggedAnyway);
    }
    extra.forEach(line -> headers(line, SiteHeaders.missing(extra)));
    if (site.get(SiteSection.ROOT).isEmpty()
        && extra.stream().noneMatch(line -> Set.of("root", "include").contains(line.name()))) {
      extra.forEach(this::withoutFiles);
    }
  }

  /**
   * Warns about rules that name IPv4 addresses alone.
   *
   * @param extra the raw lines, with those of the files that they include
   */
  void checkRules(List<Directive> extra) {
    Optional<AddressRules.OfIpv4> found = AddressRules.in(extra);
    if (found.isPresent()) {
      Directive rule = found.get().first();
      declarations.warning(
          rule.file().isEmpty() ? place(rule) : site.origin(SiteSection.EXTRA),
          "Rules for IPv4 alone",
          """
          The site of %s listens on IPv6 too, and its rules (%s %s, …) name IPv4 addresses alone: \
          %s. Add the IPv6 addresses that you mean, or keep the site on IPv4: listen: 0.0.0.0.\
          """
              .formatted(
                  app.name(),
                  rule.name(),
                  rule.parameter(),
                  found.get().refuses()
                      ? "nginx refuses every visitor over IPv6"
                      : "over IPv6, nginx lets in visitors whose IPv4 address it refuses"));
    }
  }

  // nginx looks for the files of such a location in a directory that has nothing of the site.
  private void withoutFiles(Directive block) {
    boolean isAsked =
        block.is("location")
            && !block.parameters().isEmpty()
            && !block.parameters().getFirst().startsWith("@");
    if (isAsked && block.all().noneMatch(SiteChecks::answers)) {
      declarations.warning(
          place(block),
          "Location without files",
          """
          nginx answers 404 to every request for %s: the location has neither a \
          directory of files (root, alias) nor a handler (proxy_pass, return), and \
          its requests reach neither %s nor the directories of "static". Add root or \
          alias to it.\
          """
              .formatted(String.join(" ", block.words()), app.name()));
    }
  }

  // modules of others answer, too
  private static boolean answers(Directive line) {
    String name = line.name();
    return ANSWERS.contains(name) || name.endsWith("_pass") || name.contains("content");
  }

  private void unused(Templates templates) {
    site.keys()
        .map()
        .entries()
        .forEach(entry -> {
          String key = entry.key();
          String value = value(key);
          boolean off = key.equals("redirect_http") && site.redirect().isEmpty();
          if (!READ_ELSEWHERE.contains(key) && !off && !isUsed(templates, key, value)) {
            declarations.warning(
                entry.value().origin(),
                "Key without effect",
                "The site of %s is made of templates/%s, which does not use {{%s}}."
                    .formatted(app.name(), site.template(), value));
          }
        });
  }

  private static String value(String key) {
    boolean isSetting = PartKeys.isKey(key) && !key.equals(MaxBodyKey.KEY.name());
    return isSetting ? PartKeys.SETTINGS : VALUES.getOrDefault(key, key);
  }

  // A template without the settings may still use the values of two of their keys.
  private boolean isUsed(Templates templates, String key, String value) {
    List<String> others =
        key.equals(TimeoutKey.KEY.name())
            ? List.of("read_timeout")
            : key.equals(BufferSizeKey.KEY.name()) ? List.of(key, "directives") : List.of(key);
    return templates.uses(site.template(), value)
        || others.stream().anyMatch(other -> templates.uses(site.template(), other));
  }

  private void mounts(Templates templates) {
    if (site.parts().hasMounts() && !templates.uses(site.template(), SiteLocations.MOUNTS)) {
      declarations.warning(
          site.origin(),
          "Mount without effect",
          """
          Other apps have paths of the site of %s, and templates/%s does not include their \
          files. Add to its server block: {{#mounts}}include {{.}};{{/mounts}}\
          """
              .formatted(app.name(), site.template()));
    }
  }

  // The built-in site makes nginx wait as long as gunicorn does.
  private void readTimeout(Templates templates) {
    String wanted = new NginxLimits(app.web().effective(), site.extra()).readTimeout();
    if (!wanted.isEmpty()
        && site.get(TimeoutKey.KEY).isEmpty()
        && !templates.uses(site.template(), "read_timeout")
        && !templates.contains(site.template(), "proxy_read_timeout")) {
      declarations.warning(
          app.origin(),
          "Overridden option",
          """
          nginx answers 504 after 60 s without an answer of %s, whatever \
          gunicorn's timeout is. To have it wait as long, add to location / of \
          templates/%s: {{#read_timeout}}proxy_read_timeout \
          {{.}};{{/read_timeout}}\
          """
              .formatted(app.name(), site.template()));
    }
  }

  private void withoutLocation(List<Directive> extra) {
    if (!site.get(SiteSection.ROOT).isEmpty()) {
      warn(site.origin(SiteSection.ROOT), "root");
    }
    extra.stream()
        .filter(directive -> OF_A_LOCATION.contains(directive.name()))
        .forEach(directive -> warn(place(directive), directive.name()));
  }

  private void warn(Origin origin, String directive) {
    declarations.warning(
        origin,
        "Directive without effect",
        """
        Every request goes to the app or has a folder of "static", so nginx \
        never uses %s. Files are served with "static"; or put it into a location \
        of "extra".\
        """
            .formatted(directive));
  }

  private void loggedAnyway(Directive log) {
    declarations.warning(
        place(log),
        "Log without effect",
        """
        access_log: false turns off all logs of the site, also those of \
        "extra". Name the log with the key access_log.\
        """);
  }

  // A location inherits headers only if it sets none of its own.
  private void headers(Directive block, List<String> inherited) {
    if (!block.is("location")) {
      return;
    }
    boolean own = block.contents().anyMatch(SiteHeaders::isHeader);
    List<String> missing = own ? SiteHeaders.missing(block.block()) : inherited;
    boolean asks = block.contents().anyMatch(this::asks);
    boolean includes = block.block().stream().anyMatch(line -> line.is("include"));
    if (asks && !includes && !missing.isEmpty()) {
      declarations.warning(
          place(block),
          "Location without headers",
          """
          %s hands requests to %s without %s: the headers of location / are not \
          its own. Add to it:
          %s\
          """
              .formatted(
                  String.join(" ", block.words()),
                  app.name(),
                  String.join(", ", missing),
                  String.join("\n", missing.stream().map(SiteHeaders::directive).toList())));
    }
    block.block().forEach(inner -> headers(inner, missing));
  }

  private boolean asks(Directive directive) {
    String upstream = "http://" + address;
    String asked = LocationText.expanded(directive.parameter(), address);
    return directive.is("proxy_pass")
        && (asked.equals(upstream)
            || asked.startsWith(upstream + "/")
            || asked.startsWith(upstream + ":"));
  }

  private Origin place(Directive directive) {
    return new RawLines(site.extra(), site.origin(SiteSection.EXTRA)).place(directive);
  }
}

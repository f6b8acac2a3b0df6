package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.model.Origin;
import dev.reconcile.nginx.Directive;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds what a site says that nginx, or the site's template, makes nothing of. */
final class SiteChecks {
  /** Keys that are not only for the template, or are no value of it. */
  private static final Set<String> READ_ELSEWHERE = Set.of("server_name", "template", "http");

  private static final Map<String, String> VALUES =
      Map.of(
          "redirect_http", "redirect",
          "access_log", "access_logs",
          "static", "statics");

  /** What a server does not hand down to its locations, or what they need a file for. */
  private static final Set<String> OF_A_LOCATION = Set.of("root", "try_files", "stub_status");

  /** What answers a request in a location, or says where its files are. */
  private static final Set<String> ANSWERS =
      Set.of(
          "root",
          "alias",
          "include",
          "proxy_pass",
          "uwsgi_pass",
          "fastcgi_pass",
          "grpc_pass",
          "return",
          "rewrite",
          "try_files",
          "deny",
          "internal",
          "stub_status",
          "empty_gif",
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

  /** Warns of what has no effect. */
  void check(Templates templates) {
    if (!templates.isBuiltIn(site.template())) {
      unused(templates);
      patience(templates);
      return;
    }
    List<Directive> extra = SiteHeaders.extra(site);
    boolean locations = extra.stream().anyMatch(one -> one.is("location") || one.is("include"));
    if (!locations) {
      withoutLocation(extra);
    }
    if (site.logs().access().contains(AccessLog.OFF)) {
      extra.stream().filter(one -> one.is("access_log")).findFirst().ifPresent(this::loggedAnyway);
    }
    extra.forEach(one -> headers(one, SiteHeaders.missing(extra)));
    if (site.get(SiteSection.ROOT).isEmpty()
        && extra.stream().noneMatch(one -> Set.of("root", "include").contains(one.name()))) {
      extra.forEach(this::emptyHanded);
    }
  }

  // nginx asks regular expressions before the folders of "static", and looks for files in "root"
  private void emptyHanded(Directive block) {
    boolean isPattern = block.is("location") && block.parameters().getFirst().startsWith("~");
    if (isPattern && block.all().noneMatch(one -> ANSWERS.contains(one.name()))) {
      declarations.warning(
          place(block),
          "A location without files",
          """
          nginx answers 404 to every request that matches %s: the location says \
          neither where its files are (root, alias) nor who answers (proxy_pass, \
          return), and nginx prefers it to the folders of "static". Add root or \
          alias to it.\
          """
              .formatted(String.join(" ", block.words())));
    }
  }

  private void unused(Templates templates) {
    site.keys()
        .map()
        .entries()
        .forEach(entry -> {
          String key = entry.key();
          String value = VALUES.getOrDefault(key, key);
          boolean off = key.equals("redirect_http") && site.redirect().isEmpty();
          if (!READ_ELSEWHERE.contains(key) && !off && !templates.uses(site.template(), value)) {
            declarations.warning(
                entry.value().origin(),
                "A key without effect",
                "The site of %s is made of templates/%s, which does not use {{%s}}."
                    .formatted(app.name(), site.template(), value));
          }
        });
  }

  // the built-in site has nginx wait as long as gunicorn
  private void patience(Templates templates) {
    String wanted = new NginxLimits(app.gunicorn().options(), site.extra()).readTimeout();
    if (!wanted.isEmpty()
        && !templates.uses(site.template(), "read_timeout")
        && !templates.says(site.template(), "proxy_read_timeout")) {
      declarations.warning(
          app.origin(),
          "An option that is overruled",
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
        .filter(one -> OF_A_LOCATION.contains(one.name()))
        .forEach(one -> warn(place(one), one.name()));
  }

  private void warn(Origin origin, String directive) {
    declarations.warning(
        origin,
        "A directive without effect",
        """
        Every request goes to the app or has a folder of "static", so nginx \
        never comes to use %s. Files are served with "static"; or put it into a \
        location of "extra".\
        """
            .formatted(directive));
  }

  private void loggedAnyway(Directive log) {
    declarations.warning(
        place(log),
        "A log without effect",
        """
        access_log: false turns off all logs of the site, also those of \
        "extra". Name the log with the key access_log.\
        """);
  }

  // nginx hands down headers to a location only if that has none of its own
  private void headers(Directive block, List<String> inherited) {
    if (!block.is("location")) {
      return;
    }
    boolean own = block.contents().anyMatch(SiteHeaders::isHeader);
    List<String> missing = own ? SiteHeaders.missing(block.block()) : inherited;
    boolean asks = block.contents().anyMatch(this::asks);
    boolean includes = block.block().stream().anyMatch(one -> one.is("include"));
    if (asks && !includes && !missing.isEmpty()) {
      declarations.warning(
          place(block),
          "A location without headers",
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

  private boolean asks(Directive one) {
    String upstream = "http://" + address;
    String asked = one.parameter();
    return one.is("proxy_pass")
        && (asked.equals(upstream)
            || asked.startsWith(upstream + "/")
            || asked.startsWith(upstream + ":"));
  }

  // only of a literal block it is known on which line its lines are
  private Origin place(Directive directive) {
    Origin origin = site.origin(SiteSection.EXTRA);
    String excerpt = origin.excerpt();
    boolean literal = origin.column() > 0 && excerpt.startsWith("|", origin.column() - 1);
    if (!literal) {
      return origin;
    }
    String line = site.extra().lines().skip(directive.line() - 1L).findFirst().orElse("");
    return new Origin(origin.file(), origin.line() + directive.line(), 0, line);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.web;

import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.ResolvedConfig;
import dev.reconcile.nginx.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A file that nginx's workers open for a request, as the configuration names it.
 *
 * <p>Invariant: the path is certain. A path with a variable, and a location that may answer in
 * another way, are left out.
 *
 * @param directive the directive that makes nginx open the file
 * @param path the absolute path of the file
 * @param use the purpose of the file
 */
record RequestFile(Directive directive, String path, Use use) {
  private static final Set<String> LEVELS = Set.of("server", "location", "limit_except", "if");

  // directives that do not change which file a location answers with
  private static final Set<String> PLAIN =
      Set.of(
          "root",
          "alias",
          "internal",
          "allow",
          "deny",
          "satisfy",
          "disable_symlinks",
          "auth_basic",
          "auth_basic_user_file",
          "auth_request",
          "access_log",
          "error_log",
          "log_not_found",
          "add_header",
          "expires",
          "default_type",
          "types",
          "charset",
          "ssi",
          "gzip");

  /** The purpose of a file, with nginx's answers if it cannot open the file. */
  enum Use {
    /** Passwords; nginx opens the file once a visitor has sent one (ngx_http_auth_basic_module). */
    PASSWORDS(
        "%s checks passwords with %s (%s:%s: %s). ",
        "visitors who send a password get 403.", "visitors who send a password get 500."),
    /** A page in place of an error of nginx or the app. */
    ERROR_PAGE(
        "%s answers errors with %s (%s:%s: %s). ",
        "visitors get nginx's own page for 404 instead.",
        "visitors get nginx's own page for 403 instead.");

    private final String purpose;
    private final String missing;
    private final String denied;

    Use(String purpose, String missing, String denied) {
      this.purpose = purpose;
      this.missing = missing;
      this.denied = denied;
    }
  }

  /** Returns the consequence of a missing file. */
  String missing() {
    return use.missing;
  }

  /** Returns the consequence of a file that nginx may not read. */
  String denied() {
    return use.denied;
  }

  /** Returns the sentence with the app, the file and the place of the directive. */
  String text(String app) {
    return use.purpose.formatted(app, path, directive.file(), directive.line(), directive.text());
  }

  /** Finds the files that nginx opens for requests to some servers, each once. */
  static List<RequestFile> of(ResolvedConfig configuration, List<Server> servers) {
    List<RequestFile> found = new ArrayList<>();
    List<Directive> http = configuration.http().toList();
    Inherited outer = Inherited.NOTHING.with(http);
    for (Server server : servers) {
      passwords(configuration, server.block(), outer, found);
      errorPages(http, server.block(), found);
    }
    return found.stream().distinct().toList();
  }

  /** The directives in effect at a level; a level inherits those that it does not set. */
  private record Inherited(Optional<Directive> realm, Optional<Directive> file) {
    static final Inherited NOTHING = new Inherited(Optional.empty(), Optional.empty());

    Inherited with(List<Directive> level) {
      return new Inherited(
          last(level, "auth_basic").or(() -> realm),
          last(level, "auth_basic_user_file").or(() -> file));
    }

    boolean asks() {
      return realm.filter(directive -> !directive.parameter().equals("off")).isPresent();
    }
  }

  private static Optional<Directive> last(List<Directive> level, String name) {
    return level.stream().filter(directive -> directive.is(name)).reduce((_, last) -> last);
  }

  private static void passwords(
      ResolvedConfig configuration, Directive block, Inherited outer, List<RequestFile> found) {
    List<Directive> level = block.contents().toList();
    Inherited here = outer.with(level);
    boolean isAnswered = level.stream().anyMatch(inner -> inner.is("return"));
    if (isAnswered && block.is("server")) {
      return; // nginx performs it before it chooses a location
    }
    if (here.asks() && !isAnswered && level.stream().noneMatch(RequestFile::isForAllPaths)) {
      here.file()
          .filter(file -> !file.parameter().isEmpty() && !file.parameter().contains("$"))
          .map(file ->
              new RequestFile(file, configuration.absolute(file.parameter()), Use.PASSWORDS))
          .ifPresent(found::add);
    }
    level.stream()
        .filter(inner -> inner.isBlock() && LEVELS.contains(inner.name()))
        .forEach(inner -> passwords(configuration, inner, here, found));
  }

  // such a location answers every request of the server
  private static boolean isForAllPaths(Directive inner) {
    return inner.is("location") && inner.parameters().getLast().equals("/");
  }

  private static void errorPages(List<Directive> http, Directive server, List<RequestFile> found) {
    List<Directive> level = server.contents().toList();
    boolean isOwn = level.stream().anyMatch(directive -> directive.is("error_page"));
    Stream.concat(isOwn ? Stream.of() : http.stream(), server.all())
        .filter(directive -> directive.is("error_page") && directive.words().size() > 2)
        .forEach(page -> {
          String uri = page.words().getLast();
          level.stream()
              .filter(location -> location.is("location"))
              .filter(location -> location.parameters().equals(List.of("=", uri)))
              .findFirst()
              .flatMap(location -> file(location, uri, level, http))
              .ifPresent(path -> found.add(new RequestFile(page, path, Use.ERROR_PAGE)));
        });
  }

  /** Returns the file with which an exact location answers; empty if it is not certain. */
  private static Optional<String> file(
      Directive location, String uri, List<Directive> server, List<Directive> http) {
    List<Directive> own = location.contents().toList();
    if (own.stream().anyMatch(directive -> !PLAIN.contains(directive.name()))) {
      return Optional.empty();
    }
    return last(own, "alias")
        .map(Directive::parameter)
        .or(() ->
            last(own, "root")
                .or(() -> last(server, "root"))
                .or(() -> last(http, "root"))
                .map(root -> root.parameter().replaceFirst("/+$", "") + uri))
        .filter(path -> path.startsWith("/") && !path.contains("$"));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.web;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.ResolvedConfig;
import java.util.List;
import java.util.Optional;

/**
 * The reason why nginx does not read the sites of this host, and the command that repairs it.
 *
 * @param detail the cause in nginx's configuration
 * @param command the command that repairs the configuration
 */
public record SitesNotRead(String detail, String command) {
  /** The summary of the diagnostic. */
  public static final String SUMMARY = "sites-enabled not included by nginx";

  private static final String LINE = "include " + Layout.SITE_LINKS + "/*;";
  private static final String FOLDER = "sites-enabled/";

  /**
   * Determines the cause.
   *
   * @param command the command that starts nginx
   * @param configuration a configuration that does not include the link
   * @param link the path of the link that nginx does not read
   */
  public static SitesNotRead of(NginxCommand command, ResolvedConfig configuration, String link) {
    String main = configuration.file();
    String started =
        command.arguments().contains("-c") || command.arguments().contains("-p")
            ? "nginx.service starts nginx with %s, so it reads %s. "
                .formatted(String.join(" ", command.arguments()), main)
            : "";
    for (ResolvedConfig.Included included : configuration.includes()) {
      Directive include = included.include();
      if (include.parameter().contains(FOLDER)) {
        String place = include.file() + ":" + include.line() + " has \"" + include.text() + "\"";
        return included.around().equals(List.of("http"))
            ? new SitesNotRead(
                started + place + ", which does not match " + link + ".", widened(include))
            : new SitesNotRead(
                "%s within %s, but nginx must include sites within http."
                    .formatted(
                        started + place,
                        included.around().isEmpty()
                            ? "no block"
                            : String.join(" and ", included.around())),
                added(configuration));
      }
    }
    String missing = main + " has no line \"" + LINE + "\", so nginx reads no site.";
    return new SitesNotRead(
        started
            + configuration
                .problem()
                .filter(problem -> problem.file().equals(main))
                .map(problem -> main + ": " + problem.what() + ".")
                .orElse(missing),
        added(configuration));
  }

  private static String widened(Directive include) {
    return "sed -i '%ss|sites-enabled/[^;]*;|sites-enabled/*;|' %s%s"
        .formatted(include.line(), include.file(), RELOAD);
  }

  private static final String RELOAD = " && nginx -t && systemctl reload-or-restart nginx.service";

  // after the opening brace of the http block, on whatever line it is
  private static String added(ResolvedConfig configuration) {
    Optional<Directive> http =
        configuration.main().filter(directive -> directive.is("http")).findFirst();
    if (http.isEmpty()) {
      return "editor " + configuration.file();
    }
    String before = http.get().text().substring(0, http.get().text().indexOf('{'));
    long line = http.get().line() + before.chars().filter(c -> c == '\n').count();
    return "sed -i '" + line + "s|{|{\\n    " + LINE + "|' " + http.get().file() + RELOAD;
  }

  /** Returns the finding as an error. */
  public Diagnostic diagnostic() {
    return Diagnostic.error(
            SUMMARY,
            """
            %s Until this is repaired, reconcile creates and changes no site, and visitors \
            do not reach the existing ones.\
            """
                .formatted(detail))
        .withCommand(command);
  }
}

package dev.reconcile.web;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.ResolvedConfig;
import java.util.List;
import java.util.Optional;

/**
 * Why nginx does not read the sites of this host, and what mends it.
 *
 * @param detail what its configuration says instead
 * @param command what mends it
 */
public record SitesNotRead(String detail, String command) {
  /** Says the same, in a plan, of all sites. */
  public static final String SUMMARY = "nginx does not read sites-enabled";

  private static final String LINE = "include " + Layout.SITE_LINKS + "/*;";
  private static final String FOLDER = "sites-enabled/";

  /**
   * Looks for the cause.
   *
   * @param command how nginx is started
   * @param configuration that does not bring the link
   * @param link what is not read
   */
  public static SitesNotRead of(NginxCommand command, ResolvedConfig configuration, String link) {
    String main = configuration.file();
    String started =
        command.arguments().contains("-c") || command.arguments().contains("-p")
            ? "nginx.service starts nginx with "
                + String.join(" ", command.arguments())
                + ", so it reads "
                + main
                + ". "
            : "";
    for (ResolvedConfig.Included one : configuration.includes()) {
      Directive include = one.include();
      if (include.parameter().contains(FOLDER)) {
        String place = include.file() + ":" + include.line() + " has \"" + include.text() + "\"";
        return one.around().equals(List.of("http"))
            ? new SitesNotRead(
                started + place + ", which does not match " + link + ".", widened(include))
            : new SitesNotRead(
                started
                    + place
                    + " within "
                    + (one.around().isEmpty() ? "no block" : String.join(" and ", one.around()))
                    + ", and a site must be read within http.",
                added(configuration));
      }
    }
    String missing = main + " has no line \"" + LINE + "\", so no site is there.";
    return new SitesNotRead(
        started
            + configuration
                .trouble()
                .filter(trouble -> trouble.file().equals(main))
                .map(trouble -> main + ": " + trouble.what() + ".")
                .orElse(missing),
        added(configuration));
  }

  private static String widened(Directive include) {
    return "sed -i '"
        + include.line()
        + "s|sites-enabled/[^;]*;|sites-enabled/*;|' "
        + include.file()
        + RELOAD;
  }

  private static final String RELOAD = " && nginx -t && systemctl reload-or-restart nginx.service";

  // behind the brace of the http block, wherever that stands
  private static String added(ResolvedConfig configuration) {
    Optional<Directive> http = configuration.main().filter(one -> one.is("http")).findFirst();
    if (http.isEmpty()) {
      return "editor " + configuration.file();
    }
    String before = http.get().text().substring(0, http.get().text().indexOf('{'));
    long line = http.get().line() + before.chars().filter(c -> c == '\n').count();
    return "sed -i '" + line + "s|{|{\\n    " + LINE + "|' " + http.get().file() + RELOAD;
  }

  /** As it is printed. */
  public Diagnostic diagnostic() {
    return Diagnostic.error(
            SUMMARY,
            detail
                + " Until that is repaired no site is made or changed, and visitors do not get what is"
                + " there.")
        .withCommand(command);
  }
}

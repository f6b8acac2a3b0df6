// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.ShippedFile;
import dev.reconcile.status.AppStatus;
import dev.reconcile.status.Drift;
import dev.reconcile.status.Health;
import dev.reconcile.status.HostStatus;
import dev.reconcile.status.ProcessStatus;
import dev.reconcile.status.ScheduleStatus;
import dev.reconcile.web.VisitorResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The status of a host as one HTML page, without scripts and external resources. Every text in it
 * is escaped, and its content security policy forbids the browser to load anything.
 */
public final class StatusPage {
  private static final List<String> COLUMNS =
      List.of("App", "State", "Workers", "Health", "Drift", "Certificate", "Memory", "Revision");

  private final HostStatus status;
  private final Instant now;
  private final StringBuilder html = new StringBuilder();

  private StatusPage(HostStatus status) {
    this.status = status;
    this.now = status.at();
  }

  /** Returns the page as HTML. */
  public static String of(HostStatus status, String version) {
    return new StatusPage(status).render(version);
  }

  private String render(String version) {
    html.append(
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
            style-src 'unsafe-inline'; img-src data:">
            <link rel="icon" href="data:,">
            """)
        .append("<title>")
        .append(Html.text((status.isHealthy() ? "✓ " : "✗ ") + status.hostname()))
        .append("</title>\n<style>\n")
        .append(new ShippedFile("/page/status.css").text())
        .append("</style>\n</head>\n<body>\n");
    header();
    html.append("<main>\n");
    notices();
    attention();
    section("apps", "Apps", apps());
    section(
        "wiring",
        "Wiring",
        status.apps().isEmpty()
            ? "<p class=\"muted\">No apps.</p>\n"
            : WiringPicture.wide(status) + WiringPicture.tall(status));
    section("sites", "Sites and ports", sites());
    if (status.apps().stream().anyMatch(app -> !app.schedules().isEmpty())) {
      section("schedules", "Schedules", schedules());
    }
    if (status.apps().stream().anyMatch(app -> !app.data().isEmpty())) {
      section("data", "Data folders", data());
    }
    section("runs", "Changes by run", RunsSection.of(status.recent(), now));
    html.append("</main>\n<footer>Made by reconcile ")
        .append(Html.text(version))
        .append(" at ")
        .append(time(now))
        .append(". It shows the state at that time.</footer>\n</body>\n</html>\n");
    return html.toString();
  }

  private static String time(Instant time) {
    String text = Timestamps.text(time);
    String minute = text.substring(0, 16).replace('T', ' ');
    return "<time datetime=\"" + text + "\">" + minute + " UTC</time>";
  }

  private void header() {
    boolean well = status.isHealthy();
    html.append("<header>\n<div class=\"top\"><h1>").append(Html.text(status.hostname()));
    html.append("</h1>");
    html.append(Html.element("p", "badge " + (well ? "good" : "bad"), verdict()));
    html.append("</div>\n<dl>");
    fact("Seen", time(now));
    fact("Repo", Html.text(status.repo().isEmpty() ? "none yet" : status.repo()));
    fact("Commit", Html.element("code", "commit", StatusWords.revision(status.revision())));
    fact(
        "Last run",
        status
            .lastRun()
            .map(run ->
                Html.text(
                        run.command() + ", " + RelativeTime.between(run.finished(), now) + " ago, ")
                    + (run.isGood()
                        ? Html.element("span", "good", "exit code " + run.exit())
                        : Html.element("span", "bad", "exit code " + run.exit())))
            .orElse("none yet"));
    html.append("</dl>\n</header>\n");
  }

  private String verdict() {
    int count = problems().size();
    return count == 0
        ? "Healthy"
        : count + (count == 1 ? " thing needs" : " things need") + " attention";
  }

  private void fact(String name, String value) {
    html.append("<div><dt>").append(name).append("</dt><dd>").append(value).append("</dd></div>");
  }

  private List<String> problems() {
    List<String> problems = new ArrayList<>();
    status
        .problems()
        .forEach(diagnostic -> problems.add("<li>" + sentence(diagnostic) + "</li>\n"));
    for (AppStatus app : status.apps()) {
      for (Diagnostic diagnostic : app.problems(now)) {
        String name = Html.element("strong", "app", app.name());
        problems.add("<li>" + name + " " + sentence(diagnostic) + "</li>\n");
      }
    }
    return problems;
  }

  private static String sentence(Diagnostic diagnostic) {
    return Html.text(diagnostic.detail())
        + diagnostic
            .command()
            .map(command -> " " + Html.element("code", "command", command))
            .orElse("");
  }

  private void notices() {
    if (!status.notices().isEmpty()) {
      StringBuilder list = new StringBuilder("<ul>\n");
      status
          .notices()
          .forEach(notice -> list.append("<li>").append(sentence(notice)).append("</li>\n"));
      section("notices", "Good to know", list.append("</ul>\n").toString());
    }
  }

  private void attention() {
    if (!status.isHealthy()) {
      section("attention", "Needs attention", "<ul>\n" + String.join("", problems()) + "</ul>\n");
    }
  }

  private void section(String id, String title, String content) {
    html.append("<section id=\"").append(id).append("\" aria-labelledby=\"h-").append(id);
    html.append("\">\n<h2 id=\"h-").append(id).append("\">").append(title).append("</h2>\n");
    html.append(content).append("</section>\n");
  }

  private String apps() {
    // systemd reports the memory of a unit only if the kernel accounts for it.
    boolean counted =
        status.apps().stream()
            .anyMatch(app -> app.web().service().flatMap(StatusWords::memory).isPresent());
    List<String> columns =
        COLUMNS.stream().filter(name -> counted || !name.equals("Memory")).toList();
    StringBuilder table = new StringBuilder(head(columns));
    for (AppStatus app : status.apps()) {
      boolean expires =
          app.certificate()
              .map(certificate -> StatusWords.complains(certificate, now))
              .orElse(false);
      title(
          table,
          Html.element("span", "dot " + (app.problems(now).isEmpty() ? "good" : "bad"), "")
              + Html.text(app.name()));
      cell(table, 1, running(app.web()), StatusWords.state(app.web(), now));
      cell(table, 2, app.web().lacksWorkers(now) ? "bad" : "", StatusWords.workers(app.web()));
      cell(
          table,
          3,
          app.health().state() == Health.State.NOT_ASKED
              ? ""
              : good(app.health().state() == Health.State.HEALTHY),
          StatusWords.health(app.health()));
      cell(
          table,
          4,
          app.drift().state() == Drift.State.DRIFTED ? "warn" : "",
          StatusWords.drift(app));
      cell(table, 5, expires ? "bad" : "", StatusWords.certificate(app, now));
      if (counted) {
        cell(table, 6, "", memory(app));
      }
      cell(table, 7, "mono", StatusWords.revision(app.source().revision()));
      table.append("</tr>\n");
      app.background().forEach(process -> row(table, app, process, columns.size()));
    }
    return table.append("</tbody></table>\n").toString();
  }

  // The other columns apply to the web process only, so one cell takes the place of all.
  private void row(StringBuilder table, AppStatus app, ProcessStatus process, int columns) {
    title(table, Html.text(app.name() + " " + process.name()));
    table.append("<td role=\"cell\" colspan=\"").append(columns - 1);
    table.append("\" data-label=\"State\" class=\"").append(running(process)).append("\">");
    table.append(Html.text(StatusWords.background(process, now))).append("</td></tr>\n");
  }

  private static String running(ProcessStatus process) {
    return process.service().isEmpty() ? "" : good(process.running());
  }

  private static String memory(AppStatus app) {
    return app.web().service().flatMap(StatusWords::memory).orElse(StatusWords.NONE);
  }

  private static String good(boolean is) {
    return is ? "good" : "bad";
  }

  private static String head(List<String> columns) {
    StringBuilder head = new StringBuilder("<table role=\"table\"><thead><tr role=\"row\">");
    for (String column : columns) {
      head.append("<th role=\"columnheader\" scope=\"col\">").append(column).append("</th>");
    }
    return head.append("</tr></thead><tbody>\n").toString();
  }

  // Begins a row.
  private static void title(StringBuilder table, String html) {
    table.append("<tr role=\"row\"><th role=\"rowheader\" scope=\"row\">");
    table.append(html).append("</th>");
  }

  private static void cell(StringBuilder table, int column, String style, String text) {
    cell(table, COLUMNS.get(column), style, text);
  }

  private static void cell(StringBuilder table, String column, String style, String text) {
    table.append("<td role=\"cell\" data-label=\"").append(column).append("\" class=\"");
    table.append(style).append("\">").append(Html.text(text)).append("</td>");
  }

  private String schedules() {
    StringBuilder table =
        new StringBuilder(head(List.of("App", "Schedule", "Last run", "Next run")));
    for (AppStatus app : status.apps()) {
      for (ScheduleStatus schedule : app.schedules()) {
        title(table, Html.text(app.name()));
        cell(table, "Schedule", "", schedule.name());
        cell(
            table,
            "Last run",
            schedule.state() == ScheduleStatus.State.FAILED ? "bad" : "",
            StatusWords.run(schedule, now));
        cell(table, "Next run", schedule.active() ? "" : "bad", StatusWords.next(schedule, now));
        table.append("</tr>\n");
      }
    }
    return table.append("</tbody></table>\n").toString();
  }

  private String data() {
    StringBuilder table = new StringBuilder(head(List.of("App", "Folder")));
    for (AppStatus app : status.apps()) {
      for (String folder : app.data()) {
        title(table, Html.text(app.name()));
        cell(table, "Folder", "mono", folder);
        table.append("</tr>\n");
      }
    }
    return table.append("</tbody></table>\n").toString();
  }

  private String sites() {
    StringBuilder table =
        new StringBuilder(head(List.of("App", "Names", "Visitors", "Listens on", "TLS until")));
    for (AppStatus app : status.apps()) {
      title(table, Html.text(app.name()));
      cell(
          table,
          "Names",
          "",
          app.serverNames().isEmpty() ? "no site" : String.join(", ", app.serverNames()));
      cell(
          table,
          "Visitors",
          app.visitor().state() == VisitorResult.State.UNKNOWN
              ? ""
              : good(!app.visitor().isBlocked()),
          StatusWords.visitor(app.visitor()));
      cell(table, "Listens on", "mono", app.web().address().replaceFirst("^unix:", ""));
      cell(
          table,
          "TLS until",
          "",
          app.certificate()
              .flatMap(certificate -> certificate.validity())
              .map(validity -> Timestamps.text(validity.until()).substring(0, 10))
              .orElse(StatusWords.NONE));
      table.append("</tr>\n");
    }
    return table.append("</tbody></table>\n").toString();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.report.HtmlPage.Fact;
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
    html.append(HtmlPage.begin((status.isHealthy() ? "✓ " : "✗ ") + status.hostname(), List.of()));
    html.append(HtmlPage.header(status.hostname(), status.isHealthy(), verdict(), facts()));
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
    return html.append("</main>\n").append(HtmlPage.end(version, now)).toString();
  }

  private List<Fact> facts() {
    return List.of(
        new Fact("Seen", HtmlPage.time(now)),
        new Fact("Repo", Html.text(status.repo().isEmpty() ? "none yet" : status.repo())),
        new Fact("Commit", Html.element("code", "commit", StatusWords.revision(status.revision()))),
        new Fact(
            "Last run",
            status
                .lastRun()
                .map(run ->
                    Html.text(
                            "%s, %s ago, "
                                .formatted(
                                    run.command(), RelativeTime.between(run.finished(), now)))
                        + (run.isGood()
                            ? Html.element("span", "good", "exit code " + run.exit())
                            : Html.element("span", "bad", "exit code " + run.exit())))
                .orElse("none yet")));
  }

  private String verdict() {
    int count = problems().size();
    return count == 0
        ? "Healthy"
        : count + (count == 1 ? " thing needs" : " things need") + " attention";
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
    html.append(HtmlPage.section(id, title, content));
  }

  private String apps() {
    // systemd reports the memory of a unit only if the kernel accounts for it.
    boolean counted =
        status.apps().stream()
            .anyMatch(app -> app.web().service().flatMap(StatusWords::memory).isPresent());
    List<String> columns =
        COLUMNS.stream().filter(name -> counted || !name.equals("Memory")).toList();
    HtmlTable table = new HtmlTable(columns);
    for (AppStatus app : status.apps()) {
      boolean expires =
          app.certificate()
              .map(certificate -> StatusWords.complains(certificate, now))
              .orElse(false);
      table.begin(
          Html.element("span", "dot " + (app.problems(now).isEmpty() ? "good" : "bad"), "")
              + Html.text(app.name()));
      table.cell(COLUMNS.get(1), running(app.web()), StatusWords.state(app.web(), now));
      table.cell(
          COLUMNS.get(2), app.web().lacksWorkers(now) ? "bad" : "", StatusWords.workers(app.web()));
      table.cell(
          COLUMNS.get(3),
          app.health().state() == Health.State.NOT_ASKED
              ? ""
              : good(app.health().state() == Health.State.HEALTHY),
          StatusWords.health(app.health()));
      table.cell(
          COLUMNS.get(4),
          app.drift().state() == Drift.State.DRIFTED ? "warn" : "",
          StatusWords.drift(app));
      table.cell(COLUMNS.get(5), expires ? "bad" : "", StatusWords.certificate(app, now));
      if (counted) {
        table.cell(COLUMNS.get(6), "", memory(app));
      }
      table.cell(COLUMNS.get(7), "mono", StatusWords.revision(app.source().revision()));
      table.end();
      app.background().forEach(process -> row(table, app, process));
    }
    return table.html();
  }

  // The other columns apply to the web process only, so one cell takes the place of all.
  private void row(HtmlTable table, AppStatus app, ProcessStatus process) {
    table.begin(Html.text(app.name() + " " + process.name()));
    table.wide("State", running(process), StatusWords.background(process, now));
    table.end();
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

  private String schedules() {
    HtmlTable table = new HtmlTable(List.of("App", "Schedule", "Last run", "Next run"));
    for (AppStatus app : status.apps()) {
      for (ScheduleStatus schedule : app.schedules()) {
        table.begin(Html.text(app.name()));
        table.cell("Schedule", "", schedule.name());
        table.cell(
            "Last run",
            schedule.state() == ScheduleStatus.State.FAILED ? "bad" : "",
            StatusWords.run(schedule, now));
        table.cell("Next run", schedule.active() ? "" : "bad", StatusWords.next(schedule, now));
        table.end();
      }
    }
    return table.html();
  }

  private String data() {
    HtmlTable table = new HtmlTable(List.of("App", "Folder"));
    for (AppStatus app : status.apps()) {
      for (String folder : app.data()) {
        table.begin(Html.text(app.name()));
        table.cell("Folder", "mono", folder);
        table.end();
      }
    }
    return table.html();
  }

  private String sites() {
    HtmlTable table = new HtmlTable(List.of("App", "Names", "Visitors", "Listens on", "TLS until"));
    for (AppStatus app : status.apps()) {
      table.begin(Html.text(app.name()));
      table.cell(
          "Names",
          "",
          app.serverNames().isEmpty() ? "no site" : String.join(", ", app.serverNames()));
      table.cell(
          "Visitors",
          app.visitor().state() == VisitorResult.State.UNKNOWN
              ? ""
              : good(!app.visitor().isBlocked()),
          StatusWords.visitor(app.visitor()));
      table.cell("Listens on", "mono", app.web().address().replaceFirst("^unix:", ""));
      table.cell(
          "TLS until",
          "",
          app.certificate()
              .flatMap(certificate -> certificate.validity())
              .map(validity -> Timestamps.text(validity.until()).substring(0, 10))
              .orElse(StatusWords.NONE));
      table.end();
    }
    return table.html();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.report.Style.Paint;
import dev.reconcile.state.LastRun;
import dev.reconcile.status.AppStatus;
import dev.reconcile.status.Drift;
import dev.reconcile.status.Health;
import dev.reconcile.status.HostStatus;
import dev.reconcile.status.ProcessStatus;
import dev.reconcile.status.ScheduleStatus;
import java.time.Instant;
import java.util.List;

/**
 * The status of a host as text for 80 columns. Each app has a line with its state, a line with its
 * names and its address, and a line for each problem. The last line has the overall result.
 */
public final class StatusText {
  private static final int WIDTH = 80;
  private static final int[] COLUMNS = {12, 15, 7, 12, 7, 6, 12};

  private final HostStatus status;
  private final Style style;
  private final StringBuilder text = new StringBuilder();

  private StatusText(HostStatus status, Style style) {
    this.status = status;
    this.style = style;
  }

  /** Returns the text, with a line break at its end. */
  public static String of(HostStatus status, Style style) {
    return new StatusText(status, style).render();
  }

  private String render() {
    head();
    if (!status.apps().isEmpty()) {
      text.append('\n');
      List<String> titles =
          List.of("APP", "STATE", "WORKERS", "HEALTH", "DRIFT", "CERT", "REVISION");
      row(titles, titles.stream().map(title -> Paint.DIM).toList());
      status.apps().forEach(this::app);
    }
    text.append('\n');
    status
        .notices()
        .forEach(notice -> {
          wrapped(notice.detail(), Paint.BOLD, "");
          command(notice);
        });
    status.problems().forEach(problem -> problem(problem, ""));
    long bad = status.apps().stream().filter(app -> !isWell(app)).count();
    text.append(
        status.isHealthy()
            ? style.paint(Paint.SUCCESS, "Healthy")
            : "%s %s of %s apps%s%s"
                .formatted(
                    style.paint(Paint.ERROR, "Unhealthy:"),
                    bad,
                    status.apps().size(),
                    status.problems().isEmpty() ? "" : ", and the host",
                    StatusWords.held(status.apps().stream().filter(AppStatus::isHeld).count())));
    return text.append('\n').toString();
  }

  private void head() {
    line("host", status.hostname());
    line("repo", status.repo().isEmpty() ? "none yet" : status.repo());
    line("commit", StatusWords.revision(status.revision()));
    line("last run", status.lastRun().map(run -> run(run, status.at())).orElse("none yet"));
  }

  private static String run(LastRun run, Instant now) {
    return "%s, %s ago, exit code %s"
        .formatted(run.command(), RelativeTime.between(run.finished(), now), run.exit());
  }

  private void line(String name, String value) {
    text.append(style.paint(Paint.DIM, pad(name, 10))).append(Diagnostic.shown(value));
    text.append('\n');
  }

  private boolean isWell(AppStatus app) {
    return app.problems(status.at()).isEmpty();
  }

  private void app(AppStatus app) {
    Instant now = status.at();
    if (app.name().length() > COLUMNS[0]) {
      text.append(style.paint(Paint.BOLD, app.name())).append('\n');
    }
    row(
        List.of(
            app.name().length() > COLUMNS[0] ? "" : app.name(),
            StatusWords.state(app.web(), now),
            StatusWords.workers(app.web()),
            StatusWords.health(app.health()),
            StatusWords.drift(app),
            StatusWords.certificate(app, now),
            StatusWords.revision(app.source().revision())),
        List.of(
            Paint.BOLD,
            paint(app.web()),
            app.web().lacksWorkers(now) ? Paint.ERROR : Paint.DIM,
            app.health().state() == Health.State.UNHEALTHY ? Paint.ERROR : Paint.DIM,
            app.drift().state() == Drift.State.DRIFTED ? Paint.WARNING : Paint.DIM,
            app.certificate()
                    .map(certificate -> StatusWords.complains(certificate, now))
                    .orElse(false)
                ? Paint.ERROR
                : Paint.DIM,
            Paint.DIM));
    site(app);
    memory(app.web());
    app.background().forEach(this::process);
    app.schedules().forEach(this::schedule);
    app.data().forEach(folder -> wrapped("data in " + folder, Paint.DIM, "  "));
    app.problems(now).forEach(problem -> problem(problem, "  "));
  }

  private void site(AppStatus app) {
    if (app.web().address().isEmpty() && app.balanced().isEmpty()) {
      return;
    }
    String names = app.serverNames().isEmpty() ? "no site" : String.join(" ", app.serverNames());
    String visitor = StatusWords.visitor(app.visitor());
    String gets = visitor.equals(StatusWords.NONE) ? "" : " (" + visitor + ")";
    String to = app.balanced().isEmpty() ? app.web().address() : StatusWords.balanced(app);
    wrapped(names + gets + " -> " + to, Paint.DIM, "  ");
  }

  // Without a limit, the line would say nothing that a reader can judge. A background process has
  // a line of its own.
  private void memory(ProcessStatus main) {
    main.service()
        .filter(_ -> !main.address().isEmpty())
        .filter(service -> service.memoryMax() > 0)
        .flatMap(StatusWords::memory)
        .ifPresent(memory -> wrapped(main.name() + ": " + memory, Paint.DIM, "  "));
  }

  private void process(ProcessStatus process) {
    text.append("  ").append(process.name()).append(": ");
    text.append(style.paint(paint(process), StatusWords.background(process, status.at())));
    text.append('\n');
  }

  private void schedule(ScheduleStatus schedule) {
    Paint paint = schedule.state() == ScheduleStatus.State.FAILED ? Paint.ERROR : Paint.DIM;
    String next = StatusWords.next(schedule, status.at());
    wrapped(
        "%s: %s%s"
            .formatted(
                schedule.name(),
                StatusWords.run(schedule, status.at()),
                next.equals(StatusWords.NONE) ? "" : ", next " + next),
        paint,
        "  ");
  }

  private static Paint paint(ProcessStatus process) {
    return process.service().isEmpty()
        ? Paint.DIM
        : process.running() ? Paint.SUCCESS : Paint.ERROR;
  }

  private void problem(Diagnostic problem, String indent) {
    wrapped("! " + problem.detail(), Paint.WARNING, indent);
    command(problem);
  }

  private void command(Diagnostic diagnostic) {
    diagnostic.command().ifPresent(command -> text.append(style.command(command)));
  }

  private void wrapped(String words, Paint paint, String indent) {
    StringBuilder line = new StringBuilder();
    for (String word : Diagnostic.shown(words).split("\\s+", -1)) {
      if (!line.isEmpty() && indent.length() + line.length() + 1 + word.length() > WIDTH) {
        text.append(indent).append(style.paint(paint, line.toString())).append('\n');
        line.setLength(0);
        line.append("  ");
      } else if (!line.isEmpty()) {
        line.append(' ');
      }
      line.append(word);
    }
    text.append(indent).append(style.paint(paint, line.toString())).append('\n');
  }

  private void row(List<String> cells, List<Paint> paints) {
    StringBuilder row = new StringBuilder();
    int last = cells.size() - 1;
    for (int i = 0; i <= last; i++) {
      String cell = i < last ? pad(cells.get(i), COLUMNS[i]) : cells.get(i);
      row.append(style.paint(paints.get(i), cell)).append(i < last ? " " : "");
    }
    text.append(row.toString().stripTrailing()).append('\n');
  }

  private static String pad(String cell, int width) {
    return cell + " ".repeat(Math.max(0, width - cell.length()));
  }
}

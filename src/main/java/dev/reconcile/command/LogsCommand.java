// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.Option;
import dev.reconcile.cli.Values;
import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalZone;
import dev.reconcile.host.Privileges;
import dev.reconcile.logs.AppLog;
import dev.reconcile.model.JournalUnits;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Suggestion;
import dev.reconcile.report.LogText;
import dev.reconcile.run.HostFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/** The command {@code logs}, which shows what an app has written, from all its logs. */
final class LogsCommand implements Subcommand {
  private static final Option.Flag FOLLOW =
      Option.flag("follow", "wait for new lines and print them, until the command is ended")
          .withLetter("f");
  private static final Option.Single SINCE =
      Option.value(
          "since",
          "WHEN",
          Values.TEXT,
          "start at this time: 10m or 2d ago, 14:30 of today, or \"2026-01-31 14:30\"");
  private static final Option.Flag NGINX =
      Option.flag("nginx", "show only the lines of the site, from nginx");
  private static final Option.Single NUMBER =
      Option.value(
              "lines",
              "N",
              Values.WHOLE_NUMBER,
              "show the last N lines (default: 100, or all with --since)")
          .withLetter("n");

  private static final int USUAL = 100;
  private static final List<String> GROUPS = List.of("systemd-journal", "adm");

  @Override
  public String name() {
    return "logs";
  }

  @Override
  public String summary() {
    return "show the log lines of an app";
  }

  @Override
  public Optional<Operand> operand() {
    return Optional.of(new Operand("APP", Values.APP, true));
  }

  @Override
  public Optional<Operand> secondOperand() {
    return Optional.of(new Operand("PROCESS", Values.LOG, false));
  }

  @Override
  public String description() {
    return """
    Shows the last lines that an app has written: the journal of its units, the log files of
    gunicorn and those of its site, merged in the order of time. Each line begins with its time
    on this host and its source: "web", the instance of a process such as "worker.1", the name
    of a schedule, "release", "rehearsal", a file such as "access.log", "nginx access" or "nginx
    error". A line without a time belongs to the line before it. Of an error log that sites
    share, only the lines of this site are shown; an access log that sites share is left out.

    PROCESS is "web" (gunicorn, its files, rehearsals and release steps), a background process
    (all its instances), an instance such as "worker.1", or a schedule. Control characters are
    replaced by "?". Needs root, or membership in the group systemd-journal or adm.
    """;
  }

  @Override
  public List<Option> options() {
    return List.of(FOLLOW, SINCE, NUMBER, NGINX);
  }

  @Override
  public List<String> examples() {
    return List.of("reconcile logs shop -n 20", "reconcile logs shop web --since 10m");
  }

  @Override
  public ExitCode run(Invocation invocation, Console console, HostFactory hosts)
      throws CommandFailed, HostException {
    Host host = hosts.open(Path.of("/"), name(), List.of());
    Facts facts = host.facts();
    requireRights(facts);
    ZoneId zone = LocalZone.of(facts, "").orElse(ZoneOffset.UTC);
    AppLog.Query query = query(invocation, host, zone);
    LogText text = new LogText(console.style(), zone);
    try (AppLog log = AppLog.open(facts, query, console::say)) {
      log.print(line -> console.print(text.of(line)));
      if (invocation.has(FOLLOW)) {
        log.follow(lines -> {
          StringBuilder all = new StringBuilder();
          lines.forEach(line -> all.append(text.of(line)));
          console.print(all.toString());
          return !console.isUnread();
        });
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return console.isUnread() ? ExitCode.NO_READER : ExitCode.OK;
  }

  private static void requireRights(Facts facts) throws CommandFailed, HostException {
    String user = System.getProperty("user.name", "");
    for (String group : GROUPS) {
      if (Privileges.isRoot() || facts.isMember(user, group)) {
        return;
      }
    }
    throw new CommandFailed(
        ExitCode.NOT_PERMITTED,
        "Journal not readable",
        """
        Only root and members of the group %s can read the logs of services. Use sudo, or have \
        an administrator add this user to the group.\
        """
            .formatted(String.join(" or ", GROUPS)));
  }

  private static AppLog.Query query(Invocation invocation, Host host, ZoneId zone)
      throws CommandFailed, HostException {
    Facts facts = host.facts();
    String app = LiveApps.word(invocation, "whose log is to be shown", "reconcile logs --help");
    NavigableSet<String> apps = new TreeSet<>();
    for (String file : facts.list(Layout.ENVIRONMENTS)) {
      Layout.appOfEnvironment(file).ifPresent(apps::add);
    }
    List<String> units = new ArrayList<>(facts.list(Layout.ENABLED));
    units.forEach(unit -> Layout.appOf(unit).ifPresent(apps::add));
    if (!apps.contains(app)) { // its first deploy has failed, or it has left
      units.addAll(inJournal(host));
      units.forEach(unit -> JournalUnits.appOf(unit).ifPresent(apps::add));
    }
    LiveApps.require(app, apps);
    Optional<String> process = invocation.words().stream().skip(1).findFirst();
    if (process.isPresent()) {
      requireProcess(app, process.get(), units);
    }
    Optional<String> since = invocation.value(SINCE);
    int usual = since.isPresent() ? 0 : USUAL;
    return new AppLog.Query(
        app,
        process,
        invocation.has(NGINX),
        invocation.whole(NUMBER, usual),
        since.isPresent()
            ? Optional.of(LogTime.of(since.get(), Instant.now(), zone))
            : Optional.empty());
  }

  private static List<String> inJournal(Host host) throws HostException {
    CommandRunner.Result units =
        host.run(Command.of("journalctl", "--quiet", "--no-pager", "--field=_SYSTEMD_UNIT"));
    return units.ok() ? units.out().lines().toList() : List.of();
  }

  private static void requireProcess(String app, String process, List<String> units)
      throws CommandFailed {
    JournalUnits ofApp = new JournalUnits(app);
    NavigableSet<String> names =
        JournalUnits.words(
            units.stream()
                .flatMap(unit -> ofApp.nameOf(unit).stream())
                .map(name -> JournalUnits.isOf(name, JournalUnits.WEB) ? JournalUnits.WEB : name)
                .toList());
    if (!names.contains(process)) {
      throw Invocation.usage(
          "No such process",
          "%s has no process or schedule %s.%s It has %s."
              .formatted(
                  app, process, Suggestion.sentence(process, names), String.join(", ", names)));
    }
  }
}

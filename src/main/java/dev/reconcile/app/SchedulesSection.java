// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The key {@code schedules}: the commands of an app that run at times. */
final class SchedulesSection {
  static final Key<String> AT =
      Key.text("at", TextFormat.CALENDAR, "", "the times at which it runs")
          .more(
              """
              It must be set. systemd's notation, not cron's: `*-*-* 03:10` is each day at 3:10, \
              `Mon *-*-* 06:00` each Monday, `*:0/15` each quarter of an hour. The time zone is \
              the host's; another may stand at the end, as in `*-*-* 03:10 Europe/Berlin`.\
              """)
          .example("'*-*-* 03:10'");
  static final Key<Boolean> PERSISTENT =
      Key.flag(
          "persistent",
          false,
          "whether a run that was missed while the host was off is made up for");
  static final Key<String> SPLAY =
      Key.text("splay", TextFormat.DURATION, "0s", "the longest delay of a run")
          .more("The delay is random, and the same for each run on a host.");
  static final Key<Map<String, String>> ENV =
      Key.pairs("env", TextFormat.NAME, TextFormat.VALUE, "environment variables of its own")
          .more("They override the `env` of the app.")
          .example("{BATCH: '500'}");

  private static final CommandSection COMMANDS =
      new CommandSection(
          "a schedule",
          "1h",
          AT,
          PERSISTENT,
          SPLAY,
          ProcessesSection.ON,
          ENV,
          ResourcesSection.OWN);

  static final Key<Optional<Value>> SCHEDULES =
      Key.section(
              "schedules",
              Schema.mapOf(TextFormat.PROCESS_NAME, COMMANDS.fields()),
              "the commands that run at times: name to command and times")
          .otherwise("none")
          .more(
              """
              They run with the code, virtualenv, variables, secrets and sandbox of the app. See \
              [schedules](apps.md#schedules).\
              """)
          .example("{nightly: {run: flask --app shop clean-up, at: '*-*-* 03:10'}}");

  private final Declarations mistakes;
  private final Hosts hosts;

  SchedulesSection(Declarations mistakes, Hosts hosts) {
    this.mistakes = mistakes;
    this.hosts = hosts;
  }

  /**
   * Returns the schedules that the app has on this host, in the order written.
   *
   * @param limits the limits of the app
   */
  List<Schedule> decode(Table app, ProcessLimits limits) {
    return app.table(SCHEDULES).map().entries().stream()
        .flatMap(entry -> schedule(entry, app, limits))
        .toList();
  }

  private Stream<Schedule> schedule(Value.Entry entry, Table app, ProcessLimits limits) {
    Table table = Table.of(entry.value());
    if (app.table(ProcessesSection.PROCESSES).has(entry.key())) {
      mistakes.error(
          entry.keyOrigin(),
          "Duplicate name",
          "%s is the name of a process of this app, too. Choose another name for the schedule."
              .formatted(entry.key()));
    }
    new EnvironmentChecks(mistakes).checkOwn(table.table(ENV), app);
    ProcessLimits own = new ResourcesSection(mistakes).decode(table, limits);
    boolean isWhole = hasTimes(entry, table);
    boolean isHere = hosts.isOn(table, mistakes);
    return COMMANDS
        .command(entry.value(), mistakes)
        .filter(_ -> isWhole && isHere)
        .map(command ->
            new Schedule(
                entry.key(),
                command,
                table.get(AT),
                table.origin(AT),
                table.get(PERSISTENT),
                TextFormat.duration(table.get(SPLAY)),
                table.get(ENV),
                own,
                entry.keyOrigin()))
        .stream();
  }

  private boolean hasTimes(Value.Entry entry, Table table) {
    if (entry.value() instanceof Value.Mapping && table.isClearlyWithout(AT)) {
      mistakes.error(
          entry.keyOrigin(),
          "Times missing",
          "Add at: and the times at which it runs, such as \"*-*-* 03:10\" for each day at 3:10.");
    }
    String at = table.get(AT);
    if (CronTimes.isCron(at)) {
      mistakes.error(
          table.origin(AT),
          "Times in cron's notation",
          "%s is cron's notation. The notation here is systemd's: date, then time. %s"
              .formatted(at, CronTimes.remedy(at)));
      return false;
    }
    return !at.isEmpty();
  }
}

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

/** The key {@code processes}: what an app runs besides its web process, such as queue workers. */
final class ProcessesSection {
  /** The names of hosts on which a process or schedule runs. */
  static final Key<List<String>> ON =
      Key.texts("on", TextFormat.HOSTNAME, "the hosts on which it runs, by the names of `hosts/`")
          .otherwise("every host")
          .example("[web1]");

  static final Key<Integer> INSTANCES =
      Key.whole("instances", 0, 64, 1, "how many of it run")
          .more("0 keeps it off. Each is a unit of its own.");
  static final Key<String> STOP_TIMEOUT =
      Key.text("stop_timeout", TextFormat.DURATION, "30s", "how long it may take to stop")
          .more("systemd sends SIGTERM to its main process, and after this time SIGKILL to all.");
  static final Key<Map<String, String>> ENV =
      Key.pairs("env", TextFormat.NAME, TextFormat.VALUE, "environment variables of its own")
          .more("They override the `env` of the app.")
          .example("{QUEUE: mail}");

  private static final Schema ITEM =
      Schema.either(
          Schema.text(TextFormat.COMMAND),
          Key.fields(
              "a process",
              List.of(CommandSection.RUN, INSTANCES, STOP_TIMEOUT, ON, ENV, ResourcesSection.OWN)));

  static final Key<Optional<Value>> PROCESSES =
      Key.section(
              "processes",
              Schema.mapOf(TextFormat.PROCESS_NAME, ITEM),
              "the background processes, such as queue workers: name to command, or to a map")
          .otherwise("none")
          .more(
              """
              They run with the code, virtualenv, variables, secrets and sandbox of the app, and \
              change with it. See [processes](apps.md#processes).\
              """)
          .example("{worker: celery -A shop.tasks worker}");

  private final Declarations mistakes;
  private final Hosts hosts;

  ProcessesSection(Declarations mistakes, Hosts hosts) {
    this.mistakes = mistakes;
    this.hosts = hosts;
  }

  /**
   * Returns the processes that the app has on this host, in the order written.
   *
   * @param limits the limits of the app
   */
  List<BackgroundProcess> decode(Table app, ProcessLimits limits) {
    return app.table(PROCESSES).map().entries().stream()
        .flatMap(entry -> process(entry, app, limits))
        .toList();
  }

  private Stream<BackgroundProcess> process(Value.Entry entry, Table app, ProcessLimits limits) {
    Table table = Table.of(entry.value());
    Optional<List<String>> words = CommandSection.words(entry.value(), entry.keyOrigin(), mistakes);
    if (TextFormat.duration(table.get(STOP_TIMEOUT)).isZero()) {
      mistakes.error(
          table.origin(STOP_TIMEOUT),
          "Timeout of zero",
          "With 0, systemd waits forever. Write a longer time, such as 30s.");
    }
    new EnvironmentChecks(mistakes).checkOwn(table.table(ENV), app);
    ProcessLimits own = new ResourcesSection(mistakes).decode(table, limits);
    boolean isHere = hosts.isOn(table, mistakes);
    return words
        .filter(_ -> isHere)
        .map(all ->
            new BackgroundProcess(
                entry.key(),
                all,
                table.get(INSTANCES),
                table.get(STOP_TIMEOUT),
                table.get(ENV),
                own,
                entry.keyOrigin()))
        .stream();
  }
}

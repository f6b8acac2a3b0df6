// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.notify;

import dev.reconcile.apply.Outcome;
import dev.reconcile.apply.RolledBack;
import dev.reconcile.cli.Console;
import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.model.Content;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.report.RunReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * User-configured commands that run after each run. A failure is recorded, so that a timer that
 * fails every minute reports it once.
 *
 * <p>Invariant: a hook does not change the result of the run.
 */
final class Hooks {
  /** The time limit of one hook. */
  static final Duration LIMIT = Duration.ofSeconds(60);

  private static final String FAILING = LocalHost.STATE + "/failing";
  private static final int LINES = 10;

  private final Map<String, List<String>> commands;
  private final Console console;
  private final Host host;
  private final Duration limit;

  /**
   * Creates the hooks.
   *
   * @param commands event to the arguments of its command; a missing or empty one runs nothing
   * @param console where failures of hooks are reported
   * @param host where the hooks run
   * @param limit the time limit of one hook
   */
  Hooks(Map<String, List<String>> commands, Console console, Host host, Duration limit) {
    this.commands = Map.copyOf(commands);
    this.console = console;
    this.host = host;
    this.limit = limit;
  }

  /**
   * Runs the hooks that follow from a run.
   *
   * @param run the run
   * @param isWhole whether the run was an apply of all apps; any other run knows neither that the
   *     whole host is healthy nor that it has reported every failure
   * @param json the report that the hooks read from their input
   */
  void after(RunReport run, boolean isWhole, String json) throws HostException {
    if (run.wasSuspended()) {
      return; // the run has checked nothing
    }
    if (isWhole) {
      tellOfTrouble(run, json);
    }
    if (run.applied().isPresent() && run.applied().get().doneCount() > 0) {
      run("on-change", json);
    }
  }

  private void tellOfTrouble(RunReport run, String json) throws HostException {
    Path record = host.onDisk(FAILING);
    boolean wasFailing = Files.exists(record);
    if (!run.isGood()) {
      String problem = problem(run);
      if (!wasFailing || !read(record).equals(problem)) {
        host.writeState(FAILING, Content.of(problem), FileAttributes.root(0600));
        run("on-failure", json);
      }
    } else if (wasFailing) {
      host.discardTree(FAILING);
      run("on-recovery", json);
    }
  }

  private static String read(Path record) throws HostException {
    try {
      return Files.readString(record);
    } catch (IOException e) {
      throw new HostException("Cannot read " + record + ": " + e.getMessage(), e);
    }
  }

  // Returns a stable fingerprint of the failure: no timestamps, no output of other programs. It
  // names a rolled back app like a held one: the next run holds it, which is no new failure.
  private static String problem(RunReport run) {
    TreeSet<String> lines = new TreeSet<>();
    run.plan()
        .ifPresent(plan -> {
          lines.add("revision " + plan.revision());
          plan.held().keySet().forEach(app -> lines.add("app " + app));
          plan.diagnostics().stream().filter(Diagnostic::isError).forEach(e -> lines.add(line(e)));
        });
    run.diagnostics().stream().filter(Diagnostic::isError).forEach(e -> lines.add(line(e)));
    run.applied()
        .ifPresent(applied -> {
          applied.rolledBack().stream()
              .map(RolledBack::app)
              .forEach(app -> lines.add("app " + app));
          applied.unreached().keySet().forEach(app -> lines.add("app " + app));
          applied.outcomes().stream()
              .filter(outcome -> outcome instanceof Outcome.Failed)
              .forEach(failed ->
                  lines.add(failed.app().isEmpty() ? failed.subject() : "app " + failed.app()));
        });
    return "exit " + run.exit() + "\n" + String.join("\n", lines) + "\n";
  }

  private static String line(Diagnostic error) {
    return error.summary() + error.origin().map(at -> " on " + at.file()).orElse("");
  }

  private void run(String event, String json) {
    List<String> argv = commands.getOrDefault(event, List.of());
    if (argv.isEmpty()) {
      return;
    }
    Command command =
        new Command(argv, "", Map.of("RECONCILE_EVENT", event), limit).reading(Content.of(json));
    try {
      CommandRunner.Result result = host.run(command);
      if (!result.ok()) {
        warn(event, command.text() + " exited with " + result.exit() + ".\n" + result.tail(LINES));
      }
    } catch (HostException e) {
      warn(event, e.message());
    }
  }

  private void warn(String event, String detail) {
    console.say(Diagnostic.warning("Hook failed", event + ": " + detail.strip()));
  }
}

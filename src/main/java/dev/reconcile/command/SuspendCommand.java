// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.Option;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.TextFormat;
import dev.reconcile.notify.SuspensionFile;
import dev.reconcile.report.Suspension;
import dev.reconcile.report.Timestamps;
import dev.reconcile.run.HostFactory;
import dev.reconcile.run.RootDirectory;
import dev.reconcile.run.RunId;
import dev.reconcile.run.RunLock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The command {@code suspend}, after which no apply changes this host until {@code resume}. */
final class SuspendCommand implements Subcommand {
  @Override
  public String name() {
    return "suspend";
  }

  @Override
  public String summary() {
    return "suspend applies on this host";
  }

  @Override
  public String usage() {
    return "suspend --reason TEXT [options]";
  }

  @Override
  public String description() {
    return """
    Suspends applies on this host until reconcile resume. Until then, an apply only prints who
    suspended it, when and why, and exits with 0, so that the timer's service does not fail. A
    run in progress continues to its end. plan and rollback work as usual.
    """;
  }

  @Override
  public List<Option> options() {
    return List.of(CommonOptions.REASON, CommonOptions.ROOT);
  }

  @Override
  public List<String> examples() {
    return List.of("reconcile suspend --reason \"moving the database, Ann\"");
  }

  @Override
  public ExitCode run(Invocation invocation, Console console, HostFactory hosts)
      throws CommandFailed, HostException {
    Host host = open(invocation, hosts);
    String reason = invocation.value(CommonOptions.REASON).orElse("").strip();
    if (reason.isEmpty() || !TextFormat.LINE.accepts(reason)) {
      throw Invocation.usage(
          "Missing reason",
          "Pass the reason in one line, for other administrators: --reason TEXT.");
    }
    Suspension word = new Suspension(Timestamps.text(Instant.now()), console.person(), reason);
    SuspensionFile.write(host, word);
    if (!console.isQuiet()) {
      console.print("Suspended: " + reason + "\n");
    }
    tellOfRun(host, console);
    return ExitCode.OK;
  }

  /** Opens the host that is suspended or resumed. */
  static Host open(Invocation invocation, HostFactory hosts) throws CommandFailed, HostException {
    Path root = invocation.root();
    RootDirectory.prepare(root, true);
    Host host = hosts.open(root, RunId.at(Instant.now()), List.of());
    HostFactory.requireRoot(host, "Only root can suspend and resume applies. Use sudo.");
    return host;
  }

  // A suspension does not interrupt a run in progress.
  private static void tellOfRun(Host host, Console console) throws HostException {
    try (RunLock _ = RunLock.take(host, Duration.ZERO, "reconcile suspend")) {
      return;
    } catch (CommandFailed e) {
      for (Diagnostic diagnostic : e.diagnostics()) {
        console.say(Diagnostic.notice("Run in progress", diagnostic.detail()));
      }
    }
  }
}

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
import dev.reconcile.notify.SuspensionFile;
import dev.reconcile.report.Suspension;
import dev.reconcile.run.HostFactory;
import java.util.List;
import java.util.Optional;

/** The command {@code resume}, which ends the suspension of this host. */
final class ResumeCommand implements Subcommand {
  @Override
  public String name() {
    return "resume";
  }

  @Override
  public String summary() {
    return "end the suspension of applies on this host";
  }

  @Override
  public String description() {
    return """
    Ends the suspension of applies on this host, which suspend began.
    """;
  }

  @Override
  public List<Option> options() {
    return List.of(CommonOptions.ROOT);
  }

  @Override
  public List<String> examples() {
    return List.of("reconcile resume");
  }

  @Override
  public ExitCode run(Invocation invocation, Console console, HostFactory hosts)
      throws CommandFailed, HostException {
    Host host = SuspendCommand.open(invocation, hosts);
    Optional<Suspension> word = SuspensionFile.of(host);
    if (word.isPresent()) {
      SuspensionFile.remove(host);
    }
    if (!console.isQuiet()) {
      console.print(word.map(ResumeCommand::resumed).orElse("No changes: not suspended.\n"));
    }
    return ExitCode.OK;
  }

  private static String resumed(Suspension word) {
    return "Resumed (suspended since " + word.since() + ": " + word.reason() + ").\n";
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.Option;
import dev.reconcile.cli.RunOptions;
import dev.reconcile.cli.Values;
import dev.reconcile.host.HostException;
import dev.reconcile.run.HostFactory;
import dev.reconcile.run.RestartRun;
import dev.reconcile.state.StateFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The command {@code restart}, which restarts processes of an app as an apply does. */
final class RestartCommand implements Subcommand {
  @Override
  public String name() {
    return "restart";
  }

  @Override
  public String summary() {
    return "restart an app without failed requests";
  }

  @Override
  public Optional<Operand> operand() {
    return Optional.of(new Operand("APP", Values.APP, true));
  }

  @Override
  public Optional<Operand> secondOperand() {
    return Optional.of(new Operand("PROCESS", Values.PROCESS, false));
  }

  @Override
  public boolean isConfigurable() {
    return true;
  }

  @Override
  public String description() {
    return """
    Restarts the processes of an app, or only PROCESS: "web", a background process (all its
    instances), or an instance such as "worker.1".
    The restart is that of an apply: first a rehearsal of the running revision, then the
    restart, in which requests wait or go to another instance, then the health check. If the
    rehearsal fails, the running processes stay, and the exit code is 3. If a process does not
    stay up after its restart, the exit code is 1. Nothing else changes, and the repo is not
    accessed. Also works while the host is suspended.
    """;
  }

  @Override
  public List<Option> options() {
    List<Option> options = new ArrayList<>(List.of(CommonOptions.PATH, CommonOptions.HOST));
    options.addAll(RunOptions.reporting());
    return options;
  }

  @Override
  public List<String> examples() {
    return List.of("reconcile restart shop", "reconcile restart shop web");
  }

  @Override
  public ExitCode run(Invocation invocation, Console console, HostFactory hosts)
      throws CommandFailed, HostException {
    return ReportedRun.byHand(
        invocation,
        console,
        hosts,
        name(),
        run -> {
          String app =
              LiveApps.named(
                  invocation,
                  StateFile.load(run.host().facts()),
                  "to restart",
                  "reconcile restart --help");
          Optional<String> process = invocation.words().stream().skip(1).findFirst();
          return RestartRun.of(run, app, process);
        });
  }
}

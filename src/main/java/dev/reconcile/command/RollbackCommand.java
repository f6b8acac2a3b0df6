// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.NetworkOptions;
import dev.reconcile.cli.Option;
import dev.reconcile.cli.RunOptions;
import dev.reconcile.cli.Values;
import dev.reconcile.host.HostException;
import dev.reconcile.model.NetworkSettings;
import dev.reconcile.run.HostFactory;
import dev.reconcile.source.WebAccess;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The command {@code rollback}, which returns apps to their state before a run. */
final class RollbackCommand implements Subcommand {
  @Override
  public String name() {
    return "rollback";
  }

  @Override
  public String summary() {
    return "return an app to its state before a run";
  }

  @Override
  public Optional<Operand> operand() {
    return Optional.of(new Operand("APP", Values.APP, false));
  }

  @Override
  public boolean isConfigurable() {
    return true;
  }

  @Override
  public String description() {
    return """
    Returns an app to its state before the last run that changed it. Without APP, returns
    every app that the last run changed. Makes the same checks as an apply. Does not access
    the repo. Quarantines the current revision: a run retries it when the app changes, or with
    --only APP.
    """;
  }

  @Override
  public List<Option> options() {
    List<Option> options = new ArrayList<>();
    options.add(RunOptions.TO);
    options.add(RunOptions.DRY_RUN);
    options.addAll(
        List.of(
            CommonOptions.PATH, CommonOptions.HOST, CommonOptions.ROOT, CommonOptions.TAKE_OVER));
    options.addAll(RunOptions.reporting());
    return options;
  }

  @Override
  public List<String> examples() {
    return List.of("reconcile rollback shop");
  }

  @Override
  public ExitCode run(Invocation invocation, Console console, HostFactory hosts)
      throws CommandFailed, HostException {
    NetworkSettings network = NetworkOptions.of(invocation, console.environment());
    WebAccess.use(network);
    return ReportedRun.rollback(
        invocation, console, HostFactory.over(hosts, network), invocation.has(RunOptions.DRY_RUN));
  }
}

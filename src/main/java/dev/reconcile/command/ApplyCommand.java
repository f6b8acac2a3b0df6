// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.NetworkOptions;
import dev.reconcile.cli.Option;
import dev.reconcile.cli.RunOptions;
import dev.reconcile.host.HostException;
import dev.reconcile.model.NetworkSettings;
import dev.reconcile.run.HostFactory;
import dev.reconcile.source.WebAccess;
import java.util.List;

/** The command {@code apply}, which is the default. */
final class ApplyCommand implements Subcommand {
  @Override
  public String name() {
    return "apply";
  }

  @Override
  public String summary() {
    return "make this host match a desired-state repo (the default command)";
  }

  @Override
  public String usage() {
    return "[apply] --repo URL|DIR [options]";
  }

  @Override
  public boolean isConfigurable() {
    return true;
  }

  @Override
  public String description() {
    return """
    Makes this host match a desired-state repo. Changes only resources that differ.
    """;
  }

  @Override
  public List<Option> options() {
    return RunOptions.ALL;
  }

  @Override
  public List<String> examples() {
    return List.of("reconcile --repo git@example.com:me/server.git");
  }

  @Override
  public ExitCode run(Invocation invocation, Console console, HostFactory hosts)
      throws CommandFailed, HostException {
    NetworkSettings network = NetworkOptions.of(invocation, console.environment());
    WebAccess.use(network);
    return ReportedRun.apply(
        invocation, console, HostFactory.over(hosts, network), invocation.has(RunOptions.DRY_RUN));
  }
}

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

/** The command {@code plan}, a dry run of {@code apply}. */
final class PlanCommand implements Subcommand {
  @Override
  public String name() {
    return "plan";
  }

  @Override
  public String summary() {
    return "show the changes that an apply would make";
  }

  @Override
  public String usage() {
    return "plan --repo URL|DIR [options]";
  }

  @Override
  public boolean isConfigurable() {
    return true;
  }

  @Override
  public String description() {
    return """
    Shows the changes that an apply would make, and the handlers that it would run: restarts,
    reloads and other steps that follow changes. Changes nothing. It accepts --metrics,
    --status-html and --on-..., without effect: it writes no metrics and no page, and runs no
    hook.
    """;
  }

  @Override
  public List<Option> options() {
    return RunOptions.ALL;
  }

  @Override
  public List<String> examples() {
    return List.of("reconcile plan --repo git@example.com:me/server.git --only shop");
  }

  @Override
  public ExitCode run(Invocation invocation, Console console, HostFactory hosts)
      throws CommandFailed, HostException {
    NetworkSettings network = NetworkOptions.of(invocation, console.environment());
    WebAccess.use(network);
    return ReportedRun.apply(invocation, console, HostFactory.over(hosts, network), true);
  }
}

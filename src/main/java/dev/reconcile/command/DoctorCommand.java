// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.Option;
import dev.reconcile.host.HostException;
import dev.reconcile.run.HostFactory;
import java.util.List;

/** The command {@code doctor}, which finds problems of this machine. */
final class DoctorCommand implements Subcommand {
  @Override
  public String name() {
    return "doctor";
  }

  @Override
  public String summary() {
    return "find problems of this host and the commands that repair them";
  }

  @Override
  public String description() {
    return """
    Checks this host: nginx, systemd, the configuration, the repo and the access to it, the
    timer, earlier runs and the disk. Prints each problem with the command that repairs it.
    Changes nothing. Exits with 1 if there is a finding.
    """;
  }

  @Override
  public List<Option> options() {
    return List.of(CommonOptions.JSON, CommonOptions.CONFIG);
  }

  @Override
  public List<String> examples() {
    return List.of("reconcile doctor");
  }

  @Override
  public ExitCode run(Invocation invocation, Console console, HostFactory hosts)
      throws CommandFailed, HostException {
    return new HostCheckup(invocation, console, hosts).run();
  }
}

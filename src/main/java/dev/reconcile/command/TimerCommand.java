// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.Option;
import dev.reconcile.cli.Values;
import dev.reconcile.host.HostException;
import dev.reconcile.run.HostFactory;
import java.util.List;
import java.util.Optional;

/** The command {@code timer}, which lets systemd run reconcile periodically. */
final class TimerCommand implements Subcommand {
  /** The interval. */
  static final Option.Single EVERY =
      Option.value("every", "TIME", Values.TEXT, "the interval, from 1min to 1d (default: 15min)");

  @Override
  public String name() {
    return "timer";
  }

  @Override
  public String summary() {
    return "install or remove a systemd timer that runs reconcile";
  }

  @Override
  public Optional<Operand> operand() {
    return Optional.of(new Operand("install|remove", Values.CHOICE, true));
  }

  @Override
  public String usage() {
    return "timer install|remove [--repo URL|DIR] [--every TIME] [options]";
  }

  @Override
  public String description() {
    return """
    Installs or removes a systemd timer that runs reconcile periodically, on a host where no
    package provides one. install writes reconcile.service and reconcile.timer to
    /etc/systemd/system, and starts the timer. If /etc/reconcile/config.yaml is missing, it
    writes --repo there. If the file exists, it must contain the repo; omit --repo. remove
    stops the timer and deletes both files. Units of these names from another source stay
    unchanged.
    """;
  }

  @Override
  public List<Option> options() {
    return List.of(EVERY, CommonOptions.REPO, CommonOptions.ROOT);
  }

  @Override
  public List<String> examples() {
    return List.of("reconcile timer install --every 15min --repo git@example.com:me/server.git");
  }

  @Override
  public ExitCode run(Invocation invocation, Console console, HostFactory hosts)
      throws CommandFailed, HostException {
    return new TimerInstallation(invocation, console, hosts).run();
  }
}

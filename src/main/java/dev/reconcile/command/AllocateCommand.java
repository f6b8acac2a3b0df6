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

/** The command {@code allocate}, which gives a number to each app that needs one. */
final class AllocateCommand implements Subcommand {
  /** The app that gets another number. */
  static final Option.Single REASSIGN =
      Option.value("reassign", "APP", Values.APP, "allocate another number to this app");

  /** The app that loses its number. */
  static final Option.Single RELEASE =
      Option.value(
          "release", "APP", Values.APP, "delete the allocation of an app that was removed");

  /** The check in place of the change. */
  static final Option.Flag CHECK =
      Option.flag("check", "write nothing; exit with 65 if an allocation is missing");

  @Override
  public String name() {
    return "allocate";
  }

  @Override
  public String summary() {
    return "allocate a port or a suffix to each app that needs one";
  }

  @Override
  public Optional<Operand> operand() {
    return Optional.of(Operand.DIRECTORY);
  }

  @Override
  public boolean keepsUmask() {
    return true;
  }

  @Override
  public String description() {
    return """
    Allocates a number (a port, or the suffix of a socket) to each app in DIR (default: the
    current directory, else ./desired-state) that needs one and has none. Writes
    allocations.yaml, which you commit. An allocation never changes by itself. The allocation
    of a removed app stays reserved for it.
    """;
  }

  @Override
  public List<Option> options() {
    return List.of(REASSIGN, RELEASE, CHECK, CommonOptions.PATH);
  }

  @Override
  public List<String> examples() {
    return List.of("reconcile allocate --check desired-state");
  }

  @Override
  public ExitCode run(Invocation invocation, Console console, HostFactory hosts)
      throws CommandFailed, HostException {
    return new AllocationsUpdate(invocation, console).run();
  }
}

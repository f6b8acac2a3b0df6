// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
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
      Option.value("reassign", "APP", Values.APP, "give this app another number");

  /** The app that loses its number. */
  static final Option.Single RELEASE =
      Option.value("release", "APP", Values.APP, "forget the number of an app that was removed");

  /** The check in place of the change. */
  static final Option.Flag CHECK =
      Option.flag("check", "write nothing; exit with 65 if a number is missing");

  @Override
  public String name() {
    return "allocate";
  }

  @Override
  public String summary() {
    return "give each app that needs one a port or a suffix";
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
    Gives a number (a port or a socket's suffix) to each app in DIR (default: here, else
    ./desired-state) that needs one and has none, and writes allocations.yaml, to be
    committed. No app's number ever changes by itself, and that of a removed app waits for it.
    """;
  }

  @Override
  public List<Option> options() {
    return List.of(REASSIGN, RELEASE, CHECK, ValidateCommand.PATH);
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

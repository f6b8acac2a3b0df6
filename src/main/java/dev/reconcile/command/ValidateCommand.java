// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.Option;
import dev.reconcile.host.HostException;
import dev.reconcile.run.DesiredDirectory;
import dev.reconcile.run.HostFactory;
import java.util.List;
import java.util.Optional;

/** The command {@code validate}, which finds the errors of a desired state without a host. */
final class ValidateCommand implements Subcommand {
  /** The option for the folder of the desired state, which no repo determines here. */
  static final Option.Single PATH =
      CommonOptions.PATH.describedAs("DIR", "the folder inside DIR that holds the desired state");

  @Override
  public String name() {
    return "validate";
  }

  @Override
  public String summary() {
    return "check a desired-state tree without a host";
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
    Checks the desired-state tree in DIR (default: here, else ./desired-state) without a
    host: for a pre-commit hook or CI. Exits with 65 if there is a mistake.
    """;
  }

  @Override
  public List<Option> options() {
    return List.of(PATH);
  }

  @Override
  public List<String> examples() {
    return List.of("reconcile validate desired-state");
  }

  @Override
  public ExitCode run(Invocation invocation, Console console, HostFactory hosts)
      throws CommandFailed, HostException {
    return new TreeValidation(DesiredDirectory.of(invocation), console).run();
  }
}

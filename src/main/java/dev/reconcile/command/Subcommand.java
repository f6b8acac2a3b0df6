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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A command of reconcile. The parser, the help, the manual page, the completion and
 * docs/commands.md are generated from it.
 *
 * <p>Invariant: a command has no state, and its description loads no class that only its execution
 * needs.
 */
public interface Subcommand {
  /** Returns the name. */
  String name();

  /** Returns the purpose: a phrase without a full stop. */
  String summary();

  /** Returns the description: paragraphs with an empty line between them. */
  String description();

  /** Returns the command's own options, without those of every command. */
  List<Option> options();

  /** Returns example command lines. */
  List<String> examples();

  /**
   * Executes the command.
   *
   * @param invocation the arguments, already checked
   * @param hosts opens the host
   */
  ExitCode run(Invocation invocation, Console console, HostFactory hosts)
      throws CommandFailed, HostException;

  /** Returns the operand, if the command takes one. */
  default Optional<Operand> operand() {
    return Optional.empty();
  }

  /** Returns the operand after the first, if the command takes one. */
  default Optional<Operand> secondOperand() {
    return Optional.empty();
  }

  /** Returns the greatest number of words that are neither options nor their values. */
  default int mostWords() {
    return (int) Stream.of(operand(), secondOperand()).filter(Optional::isPresent).count();
  }

  /** Returns the usage line, without the name of the program. */
  default String usage() {
    String first = operand().map(word -> " " + word.syntax()).orElse("");
    String second = secondOperand().map(word -> " " + word.syntax()).orElse("");
    return name() + first + second + " [options]";
  }

  /** Tells whether the configuration file applies to the command. */
  default boolean isConfigurable() {
    return false;
  }

  /** Tells whether the command writes its files with the caller's umask, or writes no files. */
  default boolean keepsUmask() {
    return false;
  }

  /** Returns the command's own options, and those of every command. */
  default List<Option> allOptions() {
    List<Option> all = new ArrayList<>(options());
    all.addAll(CommonOptions.GENERAL);
    return all;
  }
}

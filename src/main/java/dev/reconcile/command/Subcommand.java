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

/**
 * A command of reconcile: all that is known of it. Parser, help, manual, completion and
 * docs/commands.md are made from it.
 *
 * <p>Invariant: it holds no state; to ask for what is known of it loads nothing that it runs with.
 */
public interface Subcommand {
  /** The word by which it is called. */
  String name();

  /** What it is for: a phrase without a full stop. */
  String summary();

  /** What it does: paragraphs with an empty line between them. */
  String description();

  /** Its own options, without those that every command takes. */
  List<Option> options();

  /** Command lines that somebody may type. */
  List<String> examples();

  /** Runs it with options that are checked. */
  ExitCode run(Invocation invocation, Console console, HostFactory hosts)
      throws CommandFailed, HostException;

  /** The word that it takes besides options, if it takes one. */
  default Optional<Operand> operand() {
    return Optional.empty();
  }

  /** How it is called, after the name of the program. */
  default String usage() {
    return name() + operand().map(word -> " " + word.syntax()).orElse("") + " [options]";
  }

  /** Whether the configuration file holds options for it. */
  default boolean isConfigurable() {
    return false;
  }

  /** Whether it writes files for whoever calls it, as their umask says, or none. */
  default boolean keepsUmask() {
    return false;
  }

  /** Its own options and those that every command takes. */
  default List<Option> allOptions() {
    List<Option> all = new ArrayList<>(options());
    all.addAll(CommonOptions.GENERAL);
    return all;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Invocation;
import dev.reconcile.model.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The command of a command line.
 *
 * @param command the command
 * @param rest the words after its name
 */
public record CommandLookup(Subcommand command, List<String> rest) {
  private static final String HELP = "help";

  // A timer runs these repeatedly, so they are found without loading the other commands' classes.
  private static final List<Subcommand> FREQUENT = List.of(new ApplyCommand(), new PlanCommand());

  /**
   * Finds the command; without a name, it is {@code apply}.
   *
   * @throws CommandFailed if there is no such command
   */
  public static CommandLookup of(List<String> words) throws CommandFailed {
    if (isBare(words)) {
      return new CommandLookup(FREQUENT.getFirst(), words);
    }
    if (words.getFirst().equals(HELP)) {
      return help(words.subList(1, words.size()));
    }
    return new CommandLookup(known(words.getFirst()), words.subList(1, words.size()));
  }

  // "help" and "help plan" are "--help" and "plan --help".
  private static CommandLookup help(List<String> words) throws CommandFailed {
    List<String> rest = new ArrayList<>(List.of("--" + HELP));
    if (isBare(words)) {
      rest.addAll(words);
      return new CommandLookup(FREQUENT.getFirst(), rest);
    }
    rest.addAll(words.subList(1, words.size()));
    return new CommandLookup(known(words.getFirst()), rest);
  }

  private static Subcommand known(String name) throws CommandFailed {
    Optional<Subcommand> command = named(name);
    if (command.isEmpty()) {
      throw unknown(name);
    }
    return command.get();
  }

  /** Tells whether a command keeps the caller's umask; false if there is no such command. */
  public static boolean keepsUmask(List<String> words) {
    if (isBare(words)) {
      return false;
    }
    Optional<Subcommand> command = named(words.getFirst());
    return command.isPresent() && command.get().keepsUmask();
  }

  private static boolean isBare(List<String> words) {
    return words.isEmpty() || words.getFirst().startsWith("-");
  }

  private static Optional<Subcommand> named(String name) {
    for (Subcommand command : FREQUENT) {
      if (command.name().equals(name)) {
        return Optional.of(command);
      }
    }
    return Commands.ALL.stream().filter(command -> command.name().equals(name)).findFirst();
  }

  private static CommandFailed unknown(String word) {
    return Invocation.usage(
        "Unknown command",
        "\"%s\" is not a command of reconcile.%s The commands are %s."
            .formatted(
                word,
                Suggestion.sentence(word, Commands.names()),
                String.join(", ", Commands.names())));
  }

  /** Parses the words after the name. */
  public Invocation parse() throws CommandFailed {
    return Invocation.parse(command.name(), command.allOptions(), command.mostWords(), rest);
  }
}

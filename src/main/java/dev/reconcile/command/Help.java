// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.Option;
import java.util.List;

/** The text that {@code --help} prints for a command. */
public final class Help {
  private static final int WIDTH = 100;
  private static final int INDENT = 23;

  private final StringBuilder text = new StringBuilder();

  private Help() {}

  /** Returns the help of a command; the help of the default command lists all commands. */
  public static String of(Subcommand command) {
    Help help = new Help();
    help.text.append("Usage: reconcile ").append(command.usage()).append("\n\n");
    help.text.append(command.description());
    if (command.name().equals(Commands.ALL.getFirst().name())) {
      help.commands();
    }
    help.text.append("\nOptions:\n");
    command.allOptions().forEach(help::option);
    List<String> examples = command.examples();
    help.text.append(examples.size() == 1 ? "\nExample:\n" : "\nExamples:\n");
    examples.forEach(example -> help.text.append("  ").append(example).append('\n'));
    return help.text.toString();
  }

  private void commands() {
    text.append("\nCommands; each has its own --help:\n");
    int longest = Commands.names().stream().mapToInt(String::length).max().orElse(0);
    for (Subcommand command : Commands.ALL) {
      String name = command.name();
      text.append("  ").append(name).append(" ".repeat(longest + 2 - name.length()));
      text.append(command.summary()).append('\n');
    }
  }

  private void option(Option option) {
    String syntax = "  " + option.syntax();
    text.append(syntax);
    int column = syntax.length();
    if (column + 2 > INDENT) {
      column = WIDTH; // the text begins on a line of its own
    } else {
      text.append(" ".repeat(INDENT - 1 - column));
      column = INDENT - 1;
    }
    for (String word : option.help().split(" ", -1)) {
      if (column + 1 + word.length() > WIDTH) {
        text.append('\n').append(" ".repeat(INDENT)).append(word);
        column = INDENT + word.length();
      } else {
        text.append(' ').append(word);
        column += 1 + word.length();
      }
    }
    text.append('\n');
  }
}

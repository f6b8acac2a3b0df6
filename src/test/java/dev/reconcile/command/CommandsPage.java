// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Option;
import dev.reconcile.cli.RunOptions;
import java.util.List;
import java.util.stream.Collectors;

/** The page docs/commands.md, generated from all commands and exit codes. */
final class CommandsPage {
  private static final int WIDTH = 100;
  private static final String FENCE = "```\n";
  private static final String NOTES =
      """

      With `--root`, and in `validate`, neither nginx nor systemd tests the result, so a site that only
      nginx would reject passes. `/etc/reconcile/config.yaml` can contain any option by its long name
      ([install](install.md#configuration)). Without the proxy options, the caller's `http_proxy`,
      `https_proxy`, `no_proxy`, `SSL_CERT_FILE` and similar variables apply
      ([the caller](security-model.md#the-caller)).

      ## Output

      Plans and reports go to standard output, everything else to standard error. Under systemd, each
      line has a priority. On a terminal, a run shows one line of progress for each app while it fetches
      code, builds virtualenvs and starts apps. Elsewhere, it prints a line when such a step begins.
      """;

  private final StringBuilder text = new StringBuilder();

  private CommandsPage() {}

  static String text() {
    CommandsPage page = new CommandsPage();
    page.text.append("# Commands\n\n");
    page.text.append(
        "<!-- Made from the commands: mvn test -Dtest=CommandsPageTest -Dupdate=true -->\n\n");
    page.text.append("| command | purpose |\n|---|---|\n");
    for (Subcommand command : Commands.ALL) {
      String name = command.name();
      page.text.append("| [" + name + "](#" + name + ") | " + command.summary() + " |\n");
    }
    page.text.append("\nWithout a command, `reconcile` runs `apply`. Every command accepts:\n\n");
    CommonOptions.GENERAL.forEach(page::option);
    Commands.ALL.forEach(page::command);
    page.text.append(NOTES);
    page.text.append("\n## Exit codes\n\n");
    for (ExitCode code : ExitCode.values()) {
      if (!code.meaning().isEmpty()) {
        page.item("`" + code.number() + "`: " + code.meaning());
      }
    }
    return page.text.toString();
  }

  private void command(Subcommand command) {
    text.append("\n## ").append(command.name()).append("\n\n");
    text.append(FENCE).append("reconcile ").append(command.usage()).append('\n').append(FENCE);
    text.append('\n').append(command.description());
    boolean isFirst = command.name().equals(Commands.ALL.getFirst().name());
    List<Option> own =
        command.options().stream()
            .filter(option -> isFirst || !RunOptions.ALL.contains(option))
            .toList();
    text.append(own.isEmpty() ? "" : "\n");
    own.forEach(this::option);
    List<Option> others =
        command.options().stream().filter(option -> !own.contains(option)).toList();
    if (!others.isEmpty()) {
      text.append('\n');
      wrapped("", "As for `apply`: " + names(others) + ".");
    }
    boolean isOne = command.examples().size() == 1;
    text.append(isOne ? "\nExample:\n\n" : "\nExamples:\n\n").append(FENCE);
    command.examples().forEach(example -> text.append(example).append('\n'));
    text.append(FENCE);
  }

  private static String names(List<Option> options) {
    return options.stream()
        .map(option -> "`--" + option.name() + "`")
        .collect(Collectors.joining(", "));
  }

  private void option(Option option) {
    item("`" + option.syntax() + "`: " + option.help());
  }

  private void item(String sentence) {
    text.append("- ");
    wrapped("  ", sentence);
  }

  private void wrapped(String indent, String sentence) {
    int column = indent.length();
    boolean isBegun = false;
    for (String word : sentence.split(" ", -1)) {
      if (isBegun && column + 1 + word.length() > WIDTH) {
        text.append('\n').append(indent);
        column = indent.length();
        isBegun = false;
      }
      text.append(isBegun ? " " : "").append(word);
      column += word.length() + (isBegun ? 1 : 0);
      isBegun = true;
    }
    text.append('\n');
  }
}

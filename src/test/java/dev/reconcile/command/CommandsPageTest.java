// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.cli.Option;
import dev.reconcile.cli.Values;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** With {@code -Dupdate=true} the page is written instead of compared. */
final class CommandsPageTest {
  private static final boolean UPDATE = Boolean.getBoolean("update");
  private static final Path PAGE = Path.of("docs/commands.md");

  @Test
  void thePageSaysWhatTheCommandsSay() throws IOException {
    if (UPDATE) {
      Files.writeString(PAGE, CommandsPage.text());
    }
    assertThat(PAGE).hasContent(CommandsPage.text());
  }

  @Test
  void noCommandIsListedTwice() {
    assertThat(Commands.names()).doesNotHaveDuplicates();
    assertThat(Commands.ALL)
        .allSatisfy(
            command -> assertThat(command.allOptions()).extracting("name").doesNotHaveDuplicates());
  }

  /** A reader who knows an option of one command knows it in all of them. */
  @Test
  void anOptionHasTheSameHelpInEveryCommand() {
    Map<String, Set<String>> helps = new TreeMap<>();
    for (Subcommand command : Commands.ALL) {
      for (Option option : command.allOptions()) {
        helps.computeIfAbsent(option.name(), _ -> new HashSet<>()).add(option.help());
      }
    }
    assertThat(helps).allSatisfy((name, words) -> assertThat(words).as(name).hasSize(1));
  }

  /** Commands with the same option use one definition of it. */
  @Test
  void theNameOfAnOptionStandsOnceInTheCode() throws IOException {
    Pattern definition = Pattern.compile("Option\\s*\\.(?:flag|value)\\(\\s*\"([a-z-]+)\"");
    List<String> names = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        definition
            .matcher(Files.readString(file))
            .results()
            .forEach(found -> names.add(found.group(1)));
      }
    }
    assertThat(names).contains("dry-run", "repo").doesNotHaveDuplicates();
  }

  /** The completion knows the name of the option before a value, not the command. */
  @Test
  void anOptionTakesTheSameValuesInEveryCommand() {
    Map<String, Set<Values>> values = new TreeMap<>();
    for (Subcommand command : Commands.ALL) {
      for (Option option : command.allOptions()) {
        values.computeIfAbsent(option.name(), _ -> new HashSet<>()).add(option.values());
      }
    }
    assertThat(values).allSatisfy((name, kinds) -> assertThat(kinds).as(name).hasSize(1));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.model.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a real bash makes of the completion script. */
final class CompletionTest {
  private static final String ASK =
      """
      . ./completion
      COMP_WORDS=("$@")
      COMP_CWORD=$(($# - 1))
      _reconcile
      ((${#COMPREPLY[@]} == 0)) || printf '%s\\n' "${COMPREPLY[@]}"
      """;

  @TempDir Path folder;

  private List<String> offers(String... words) throws Exception {
    Files.writeString(
        folder.resolve("completion"), Completion.text().replace(Layout.ENABLED, "wants"));
    List<String> argv = new ArrayList<>(List.of("bash", "-c", ASK, "bash", "reconcile"));
    argv.addAll(List.of(words));
    Process bash =
        new ProcessBuilder(argv).directory(folder.toFile()).redirectErrorStream(true).start();
    List<String> lines = bash.inputReader().lines().toList();
    assertThat(bash.waitFor()).as("%s", lines).isZero();
    return lines;
  }

  @Test
  void allCommandsAreOfferedFirst() throws Exception {
    assertThat(offers("")).containsExactlyElementsOf(Commands.names());
    assertThat(offers("pl")).containsExactly("plan");
  }

  @ParameterizedTest
  @MethodSource("dev.reconcile.command.Commands#names")
  void allOptionsOfACommandAreOffered(String name) throws Exception {
    Subcommand command = CommandLookup.of(List.of(name)).command();

    assertThat(offers(name, "--"))
        .containsExactlyElementsOf(
            command.allOptions().stream().map(option -> "--" + option.name()).toList());
  }

  @Test
  void withoutACommandTheOptionsAreThoseOfApply() throws Exception {
    assertThat(offers("--rep")).containsExactly("--repo");
    assertThat(offers("--quiet", "--take")).containsExactly("--take-over");
  }

  @ParameterizedTest
  @CsvSource({
    "validate, 'state'",
    "'plan --root', 'state'",
    "'--config', 'completion config.yaml state'",
    "'permute --style', 'walk skip'",
    "'permute --style=x --format', 'lines binary'",
    "'plan --host', ''",
    "schema, 'app reconcile host'",
    "timer, 'install remove'",
    "'plan', ''",
  })
  void valuesAreOfferedWhereTheyAreKnown(String words, String offers) throws Exception {
    Files.createDirectory(folder.resolve("state"));
    Files.writeString(folder.resolve("config.yaml"), "");
    List<String> typed = new ArrayList<>(List.of(words.split(" ")));
    typed.add("");

    assertThat(offers(typed.toArray(String[]::new)))
        .containsExactlyInAnyOrder(offers.isEmpty() ? new String[0] : offers.split(" "));
  }

  @Test
  void processesOfAnAppAreOfferedByNameAndByInstance() throws Exception {
    Path enabled = Files.createDirectory(folder.resolve("wants"));
    Layout shop = new Layout("shop");
    for (String unit :
        List.of(
            shop.service(),
            shop.process("mail", 1),
            shop.process("mail", 2),
            shop.process("worker", 1),
            shop.timer("nightly"),
            new Layout("shop2").process("other", 1))) {
      Files.writeString(enabled.resolve(unit), "");
    }
    List<String> names = List.of("web", "mail", "mail.1", "mail.2", "worker", "worker.1");

    assertThat(offers("restart", "shop", "")).hasSameElementsAs(names);
    assertThat(offers("logs", "shop", ""))
        .hasSameElementsAs(Stream.concat(names.stream(), Stream.of("nightly")).toList());
    assertThat(offers("logs", "shop", "mail.")).containsExactly("mail.1", "mail.2");
    assertThat(offers("restart", "none", "")).containsExactly("web");
    assertThat(offers("maintenance", "shop", "")).containsExactly("on", "off");
  }

  @Test
  void bashReadsIt() throws IOException, InterruptedException {
    Path script = Files.writeString(folder.resolve("completion"), Completion.text());
    Process bash = new ProcessBuilder("bash", "-n", script.toString()).inheritIO().start();

    assertThat(bash.waitFor()).isZero();
  }
}

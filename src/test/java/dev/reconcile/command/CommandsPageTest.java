package dev.reconcile.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
}

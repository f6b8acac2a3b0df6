// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CommandWordsTest {
  @Test
  void aShellCommandLineIsSplitWithoutExpansions() {
    assertThat(CommandWords.ofShell("flask  --app 'my blog' \"a \\\" b\" $HOME %i \\$x '' *"))
        .isEqualTo(List.of("flask", "--app", "my blog", "a \" b", "$HOME", "%i", "$x", "", "*"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {
        "flask db upgrade, -1",
        "echo 'a b', -1",
        "echo \"it's\", -1",
        "echo 'a\\', -1",
        "echo \\', -1",
        "echo \"a\\\" b\", -1",
        "echo 'a b, 5",
        "echo it's, 7",
        "echo \"a\\\", 5",
        "echo 'a' \"b, 9",
        "echo a\\, 6",
      })
  void anOpenQuotationMarkIsFound(String text, int index) {
    assertThat(CommandWords.incomplete(text).orElse(-1)).isEqualTo(index);
  }
}

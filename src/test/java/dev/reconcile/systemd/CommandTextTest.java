// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CommandTextTest {
  @Test
  void systemdReadsTheWordsAsTheyAre() {
    List<String> words =
        List.of("echo", "a b", "it's", "\"q\"", "$HOME", "50%", "\\n", "", ";", "é");
    String value = CommandText.execStart("/venv", words).replace("%%", "%");
    List<String> read = CommandWords.expanded(CommandWords.ofSystemd(value), Map.of());

    assertThat(read.subList(0, 2)).isEqualTo(List.of("/bin/sh", "-c"));
    assertThat(read.get(2)).isEqualTo("PATH=$1:$PATH; export PATH; shift; exec \"$@\"");
    assertThat(read.subList(4, read.size()))
        .startsWith("/venv/bin")
        .endsWith(words.toArray(String[]::new));
  }
}

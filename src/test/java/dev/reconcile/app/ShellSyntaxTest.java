// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shell syntax in commands, as people write it. */
final class ShellSyntaxTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '^',
      value = {
        "flask db upgrade && flask seed # && # 17",
        "flask seed || true # || # 11",
        "flask dump | gzip # | # 11",
        "flask dump > /tmp/dump # > # 11",
        "flask dump >> dump # >> # 11",
        "flask load < dump # < # 11",
        "flask load <dump # <dump # 11",
        "flask dump >/tmp/dump # >/tmp/dump # 11",
        "flask dump >\"my dump\" # >\"my dump\" # 11",
        "flask dump 2>&1 # 2>&1 # 11",
        "flask dump 2>/dev/null # 2>/dev/null # 11",
        "flask dump &>/dev/null # &>/dev/null # 11",
        "worker & # & # 7",
        "flask db upgrade; flask seed # ; # 16",
        "flask db upgrade ; flask seed # ; # 17",
        "flask dump --to $(date +%F) # $( # 16",
        "flask dump \"a $(date) b\" # $( # 14",
        "flask dump --to `date` # ` # 16",
        "cd app # cd # 0",
        "exec uvicorn --fd 3 main:app # exec # 0",
        "(cd app # (cd # 0",
        "flask dump ~/dump # ~/dump # 11",
        "sh -c 'flask dump' > dump # > # 19",
      })
  void isFound(String command, String part, int index) {
    assertThat(ShellSyntax.in(command)).contains(new ShellSyntax(part, index));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "flask db upgrade",
        "sh -c 'cd app && exec flask run > /tmp/log 2>&1; echo `date` $(date)'",
        "sh -c \"echo $(date) >> log; true\"",
        "bash -ec \"echo $(date)\"",
        "echo '&&' \"|\" \\; \\>",
        "find . -name x -exec rm {} \\;",
        "curl http://localhost/?a=1&b=2",
        "pytest -k a|b",
        "pip install flask>=3.0 >=3",
        "flask route /<int:id>",
        "echo <name> -> $HOME $1 5% *",
        "grep -E \"a$|(b)\" file",
        "node --max=1;2 main.js",
        "flask load ~user x~/y",
        "echo cd",
      })
  void isNotFound(String command) {
    assertThat(ShellSyntax.in(command)).isEmpty();
  }
}

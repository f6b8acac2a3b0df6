// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LastRunTest {
  @TempDir Path temp;

  private LastRun read(String fields) throws Exception {
    Path file = temp.resolve("var/lib/reconcile/last-run.json");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        """
        {"run": "r", "command": "apply", "repo": "u", "revision": "",
         "started": "2026-06-15T11:48:00Z", "finished": "2026-06-15T11:49:00Z", %s}
        """
            .formatted(fields));
    LocalHost host = new LocalHost(temp, new ProcessRunner(), "run", List.of());
    return LastRun.load(host.facts()).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"exit, because", "exit_code, reason"})
  void reportsOfEarlierVersionsAreRead(String exit, String reason) throws Exception {
    LastRun run =
        read(
            """
            "%s": 1, "outcomes": [{"subject": "file /a", "outcome": "failed", "%s": "Disk full"}]
            """
                .formatted(exit, reason));

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.isGood()).isFalse();
    assertThat(run.errors()).containsExactly("file /a: Disk full");
  }

  @Test
  void outageIsTheReasonOfARunWithoutErrors() throws Exception {
    String outage =
        """
        "exit_code": 69, "diagnostics": [{"severity": "warning", "summary": "An outage"}]
        """;

    assertThat(read(outage).errors()).containsExactly("An outage");
    assertThat(read(outage.replace("69", "0")).errors()).isEmpty();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.reconcile.cli.Json;
import dev.reconcile.status.HostStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * What {@code status} prints, word by word. With {@code -Dupdate=true} the expectations in {@code
 * src/test/resources/status} are written instead of compared.
 */
final class StatusReportsTest {
  private static final Path FOLDER = Path.of("src/test/resources/status");
  private static final boolean UPDATE = Boolean.getBoolean("update");

  static void assertIsAs(String file, String text) throws IOException {
    Path expected = FOLDER.resolve(file);
    if (UPDATE) {
      Files.writeString(expected, text);
    }
    assertThat(text).isEqualTo(Files.readString(expected));
  }

  @Test
  void aHostThatIsWell() throws IOException {
    assertIsAs("well.txt", StatusText.of(StatusSample.well(), Style.PLAIN));
    assertIsAs("well.json", StatusJson.of(StatusSample.well(), "1.2.3"));
  }

  @Test
  void aHostThatIsNot() throws IOException {
    assertIsAs("ill.txt", StatusText.of(StatusSample.ill(), Style.PLAIN));
    assertIsAs("ill.json", StatusJson.of(StatusSample.ill(), "1.2.3"));
  }

  @Test
  void everyFieldIsInTheSchema() throws IOException {
    String schema = Files.readString(Path.of("docs/schema/status-1.0.json"));
    Function<String, List<String>> strict =
        Json.validator(
            schema.replace("\"additionalProperties\": true", "\"additionalProperties\": false"));
    for (HostStatus host :
        List.of(
            StatusSample.well(),
            StatusSample.ill(),
            StatusSample.withWorker(),
            StatusSample.balancer(),
            StatusSample.withSchedules())) {
      assertThat(strict.apply(StatusJson.of(host, "1.2.3"))).isEmpty();
    }
  }

  @Test
  void aProcessBesideTheWebProcessIsThere() {
    HostStatus host = StatusSample.withWorker();

    assertThat(host.isHealthy()).isFalse();
    assertThat(StatusText.of(host, Style.PLAIN))
        .contains("  worker: failed 2 min")
        .contains("worker@shop.service is not running");
    assertThat(StatusJson.of(host, "1.2.3")).contains("\"unit\" : \"worker@shop.service\"");
    assertThat(StatusPage.of(host, "1.2.3")).contains("shop worker", "failed 2 min");
  }

  @Test
  void aBalancerShowsTheHostsThatAnswer() {
    HostStatus host = StatusSample.balancer();

    assertThat(host.isHealthy()).isFalse();
    assertThat(StatusText.of(host, Style.PLAIN))
        .contains("-> web1 (200), web2 (no answer), web3\n    (out)\n")
        .contains("! web2 does not answer as it should at 10.0.0.12:8080")
        .doesNotContain("web3 does not");
    assertThat(StatusJson.of(host, "1.2.3"))
        .contains("\"balanced_to\"", "\"address\" : \"10.0.0.13:8080\"", "\"out\" : true");
    assertThat(StatusPage.of(host, "1.2.3")).contains("web1, web2, web3", "1 of 3 get requests");
  }

  @Test
  void schedulesHaveTheirLastAndTheirNextRun() {
    HostStatus host = StatusSample.withSchedules();

    assertThat(host.isHealthy()).isFalse();
    assertThat(StatusText.of(host, Style.PLAIN))
        .contains("  backup: succeeded 3 h ago (took 12 s), next in 15 h\n")
        .contains("  mail: running for 3 h, next in 15 h\n")
        .contains("  clean: failed 3 h ago (took 12 s), next in 15 h\n")
        .contains("  ! The last run of its schedule clean failed: exit code 3.\n")
        .contains("journalctl -n 50 -u gunicorn-schedule@shop.clean.service")
        .contains("  never: no known run\n")
        .contains("  ! Its schedule never does not run, because its timer is not active.\n");
    assertThat(StatusJson.of(host, "1.2.3"))
        .contains("\"state\" : \"failed\"", "\"next\" : \"2026-06-16T03:00:00Z\"");
    assertThat(StatusPage.of(host, "1.2.3")).contains("succeeded 3 h ago", "in 15 h");
  }

  @Test
  void noLineIsLongerThanATerminalIsWide() {
    assertThat(StatusText.of(StatusSample.ill(), Style.PLAIN).lines())
        .allMatch(line -> line.length() <= 80);
  }

  @Test
  void whatIsWrongIsInColour() {
    assertThat(StatusText.of(StatusSample.ill(), Style.COLOUR))
        .contains("\u001b[31mfailed 2 min", "\u001b[32mup 3 d");
  }

  @Test
  void theJsonIsWellFormedWhateverTheTexts() throws IOException {
    int apps = 0;
    try (JsonParser json =
        new JsonFactory().createParser(StatusJson.of(StatusSample.ill(), "1.2.3"))) {
      while (json.nextToken() != null) {
        apps +=
            "server_names".equals(json.currentName()) && json.currentToken().isStructStart()
                ? 1
                : 0;
      }
    }
    assertThat(apps).isEqualTo(3);
  }

  @Test
  void thePageHoldsTheSame() throws IOException {
    String page = StatusPage.of(StatusSample.ill(), "1.2.3");

    assertIsAs("ill.html", page.replaceFirst("(?s)<style>.*</style>", "<style></style>"));
  }

  @Test
  void thePageNeedsNothingAndObeysNothing() {
    String page = StatusPage.of(StatusSample.ill(), "1.2.3");

    assertThat(page)
        .contains("default-src 'none'")
        .contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;")
        .doesNotContain("<script", "@import", "url(http", "src=");
    assertThat(page.split("href=", -1)).as("the icon alone, which is none").hasSize(2);
  }
}

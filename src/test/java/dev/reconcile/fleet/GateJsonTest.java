// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reconcile.fleet.Gate.Held;
import dev.reconcile.fleet.Gate.Holder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GateJsonTest {
  private static final Gate FULL =
      new Gate(
          2,
          18,
          new FleetRelease(17, Fleets.commit(17, 3), Fleets.numbers(10, "web1", "web2")),
          Optional.of(new FleetRelease(18, Fleets.commit(18, 4), Fleets.numbers(5))),
          new TreeMap<>(Map.of("web8", new Holder(17, false), "db1", new Holder(0, true))),
          new TreeMap<>(Map.of("web3", 17)),
          new TreeSet<>(List.of("web1")),
          new TreeSet<>(List.of("web2")),
          412,
          Optional.of(new Held("ü on web9", "it's \"slow\"")));

  private static void refused(String text) {
    assertThatThrownBy(() -> GateJson.parse(text))
        .isInstanceOfSatisfying(
            EngineException.class, e -> assertThat(e.failure()).isEqualTo(EngineFailure.NO_RECORD));
  }

  @Test
  void whatIsWrittenIsRead() throws EngineException {
    assertThat(GateJson.parse(GateJson.text(FULL))).isEqualTo(FULL);
    Gate least = Fleets.gate(Fleets.numbers(1));
    assertThat(GateJson.parse(GateJson.text(least))).isEqualTo(least);
  }

  /** etcdctl reads a value from one line, whatever the locale. */
  @Test
  void aGateIsOneLineOfAscii() {
    assertThat(GateJson.text(FULL)).matches("[ -~]+");
  }

  @Test
  void aGateWithTenHoldersIsSmall() {
    Gate gate = Fleets.gate(Fleets.numbers(10, "canary1.example.com", "canary2.example.com"));
    for (int i = 0; i < 10; i++) {
      gate =
          FleetRules.CONTRACT.grant(gate, "web%d.example.com".formatted(i), new Holder(1, false));
    }
    assertThat(GateJson.text(gate)).hasSizeLessThan(1300);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"format\":1 | \"format\":2",
        "\"format\":1 | \"format\":\"1\"",
        "\"format\":1, | ``",
        "\"start\":2 | \"start\":0",
        "\"start\":2 | \"start\":2,\"start\":2",
        "\"start\":2 | \"start\":2.0",
        "\"start\":2 | \"start\":99999999999",
        "\"newest\":18 | \"newest\":16",
        "\"number\":18 | \"number\":17",
        "\"ok\":412 | \"ok\":-1",
        "\"ok\":412 | \"ok\":null",
        "\"ok\":412 | \"ok\":412,\"more\":1",
        "\"step\":true | \"step\":1",
        "\"step\":true | \"step\":true,\"since\":1",
        "\"web8\":{ | \"../web8\":{",
        "\"web3\":17 | \"web3\":\"17\"",
        "\"proved\":[\"web1\"] | \"proved\":[\"web1\",\"web1\"]",
        "\"proved\":[\"web1\"] | \"proved\":[\"web 1\"]",
        "\"proved\":[\"web1\"] | \"proved\":\"web1\"",
        "\"max_unavailable\":10 | \"max_unavailable\":0",
        "\"commit\":\"0 | \"commit\":\"g",
        "\"commit\":\"0 | \"commit\":\"",
        "\"slow\\\" | \"slow\\n",
      })
  void aGateOfAnotherFormIsRefused(String part, String instead) {
    String text = GateJson.text(FULL);
    assertThat(text).contains(part);
    refused(
        text.replaceFirst(
            java.util.regex.Pattern.quote(part),
            java.util.regex.Matcher.quoteReplacement(instead == null ? "" : instead)));
  }

  @Test
  void whatIsNoGateIsRefused() {
    String text = GateJson.text(FULL);
    refused("");
    refused("null");
    refused("[1]");
    refused(text.substring(0, text.length() - 1));
    refused(text + "{}");
    refused(text.replace("\"held\":", "\"held\":" + "{\"x\":".repeat(1000)));
    refused(text.replace("it's", "x".repeat(2000)));
    refused(text + " ".repeat(1 << 20));
  }

  @Test
  void whatIsWrittenOfAHostIsRead() throws EngineException {
    HostRow row =
        new HostRow(
            new TreeSet<>(List.of(Fleets.MACHINE, Fleets.OTHER_MACHINE)),
            16,
            ModelCommit.id(3),
            HostRow.State.AT_IT,
            List.of("shop did not answer within 10 s"),
            "1.2",
            Fleets.TIME);
    assertThat(RowJson.parse(RowJson.text(row))).isEqualTo(row);
    assertThat(RowJson.text(row)).contains("\"state\":\"at it\"").matches("[ -~]+");
    for (String wrong :
        List.of(
            RowJson.text(row).replace("at it", "fine"),
            RowJson.text(row).replace("2026", "20x6"),
            RowJson.text(row).replace("aaaa", "AAAA"))) {
      assertThatThrownBy(() -> RowJson.parse(wrong)).isInstanceOf(EngineException.class);
    }
  }

  /** What a program printed goes into a row: it may be long, and it may be anything. */
  @Test
  void aRowOfManyFailuresIsSmall() throws EngineException {
    List<String> failures =
        java.util.Collections.nCopies(
            500, "shop: https://u:secret@x\n\u001b[31m" + "y".repeat(900));
    HostRow row =
        new HostRow(
            new TreeSet<>(List.of(Fleets.MACHINE)),
            1,
            ModelCommit.id(1),
            HostRow.State.FAILED,
            failures,
            "1",
            Fleets.TIME);
    assertThat(RowJson.text(row)).hasSizeLessThan(6000).doesNotContain("secret");
    assertThat(RowJson.parse(RowJson.text(row))).isEqualTo(row);
  }
}

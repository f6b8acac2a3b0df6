// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.desired;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Value;
import dev.reconcile.model.Value.ScalarType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class YamlReaderTest {
  private final List<Diagnostic> mistakes = new ArrayList<>();

  private Optional<Value.Mapping> read(String text) {
    return YamlReader.read("x.yaml", text.getBytes(UTF_8), mistakes);
  }

  private Value.Scalar scalar(String text) {
    return (Value.Scalar) read(text).orElseThrow().get("a").orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "hello, TEXT", "'\"1\"', TEXT", "yes, TEXT", "2026-01-01, TEXT", "1, NUMBER", "-1.5e3, NUMBER",
    "0x1F, NUMBER", "0o17, NUMBER", "'.inf', NUMBER", "true, FLAG", "False, FLAG", "~, NOTHING",
    "null, NOTHING", "'', NOTHING", "1_000, TEXT", "0b1, TEXT",
  })
  void scalarsAreReadByTheCoreSchema(String written, ScalarType type) {
    assertThat(scalar("a: " + written).type()).isEqualTo(type);
    assertThat(mistakes).isEmpty();
  }

  @Test
  void valuesAndKeysKnowTheirPlace() {
    Value.Mapping map = read("# first\na:\n  b: [x, yy]\n").orElseThrow();
    Value.Mapping inner = (Value.Mapping) map.get("a").orElseThrow();
    Value.Sequence list = (Value.Sequence) inner.get("b").orElseThrow();

    assertThat(inner.entry("b").orElseThrow().keyOrigin())
        .isEqualTo(new Origin("x.yaml", 3, 3, "  b: [x, yy]"));
    assertThat(list.items().get(1).origin()).isEqualTo(new Origin("x.yaml", 3, 10, "  b: [x, yy]"));
  }

  @Test
  void columnsCountCharactersAlsoBeyondTheBasicPlane() {
    Value.Mapping map = read("a: {\"🐎é\": x}\n").orElseThrow();
    Value.Mapping inner = (Value.Mapping) map.get("a").orElseThrow();

    assertThat(inner.entries().getFirst().value().origin().column()).isEqualTo(11);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'a:\n\tb: x\n'|2|1|no tab in the indentation",
        "'a:\n  b: x\n  \tc: y\n'|3|3|no tab in the indentation",
        "'a: {{ name }}\n'|1|4|must be in quotes: \"{{ name }}\"",
        "'a: {{name}}/code\n'|1|4|must be in quotes: \"{{name}}/code\"",
        "'a: {b: {{ name }}}\n'|1|8|must be in quotes: \"{{ name }}\"",
        "'a:\n  - {{ name }}.log\n'|2|5|must be in quotes: \"{{ name }}.log\"",
        "'a: {% if x %}\n'|1|4|must be in quotes: \"{% if x %}\"",
        "'a: %h/x\n'|1|4|must be in quotes: \"%h/x\"",
        "'a: @x\n'|1|4|must be in quotes: \"@x\"",
        "'a: *.x\n'|1|4|must be in quotes: \"*.x\"",
        "'a: {b: c\nd: {e: f}\n'|1|4|This { has no }.",
        "'a: [b, c\nd: e\n'|1|4|This [ has no ].",
        "'a:\n  b:3\n  c: 4\n'|2|3|Write a blank after the colon: \"b: 3\".",
        "'a:\n  c: 4\n  b:3\n'|3|3|Write a blank after the colon: \"b: 3\".",
        "'a:\n  c: 4\n  b:3\n  d: 5\n'|3|3|Write a blank after the colon: \"b: 3\".",
        "'a:{b: c, d: e}\n'|1|1|Write a blank after the colon: \"a: {…}\".",
        "'a:\n  b: c\n d: e\n'|3|2|This line is indented by 1 blank, line 2 by 2.",
        "'a:\n  b:\n      c: d\n # x\n\n d: e\n'|6|2|indented by 1 blank, line 2 by 2.",
        "' a: b\nd: e\n'|2|1|This line is indented by 0 blanks, line 1 by 1.",
        "'a:\n  - b\n - c\n'|3|2|This line is indented by 1 blank, line 2 by 2.",
        "'a: true\n  b: c\n'|2|3|\"a\" on line 1 has a value, so no keys can be below it.",
        "'a: \"x\"\n  b: c\n'|2|3|\"a\" on line 1 has a value, so no keys can be below it.",
        "'a:\n  b: 3\n   c: d\n'|3|4|Remove the value, or indent this line as line 2.",
      })
  void whatYamlTakesForSomethingElseIsNamedWhereItStands(
      String text, int line, int column, String advice) {
    read(text.replace("\\n", "\n").replace("\\t", "\t"));

    assertThat(mistakes)
        .singleElement()
        .satisfies(one -> {
          assertThat(one.detail()).contains(advice);
          Origin origin = one.origin().orElseThrow();
          assertThat(List.of(origin.line(), origin.column())).containsExactly(line, column);
        });
  }

  @Test
  void aListOverSeveralLinesIsNotTakenForAnOpenOne() {
    read("a: {\n  b: c\n  d: e\n}\n");
    assertThat(mistakes)
        .singleElement()
        .satisfies(one -> assertThat(one.detail()).contains("expected ',' or '}'"));
  }

  @Test
  void anEmptyFileIsAnEmptyMap() {
    assertThat(read("").orElseThrow().entries()).isEmpty();
    assertThat(read("# nothing\n").orElseThrow().entries()).isEmpty();
    assertThat(mistakes).isEmpty();
  }

  @Test
  void aFewAliasesAreFine() {
    Value.Mapping map = read("a: &x {b: 1}\nc: *x\n").orElseThrow();

    assertThat(((Value.Mapping) map.get("c").orElseThrow()).get("b")).isPresent();
    assertThat(mistakes).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "a: *.shop.example ~ 4 ~ begins with * must be in quotes: \"*.shop.example\"",
        "a: [b, *.shop.example] ~ 8 ~ begins with * must be in quotes: \"*.shop.example\"",
        "a: *shop ~ 4 ~ begins with * must be in quotes: \"*shop\"",
        "a: @shop ~ 4 ~ begins with @ must be in quotes: \"@shop\"",
        "a: {b: %d} ~ 8 ~ begins with % must be in quotes: \"%d\"",
        "a: `id` ~ 4 ~ begins with ` must be in quotes: \"`id`\"",
        "a: |x ~ 4 ~ begins with | must be in quotes: \"|x\"",
        "a: >5 ~ 4 ~ begins with > must be in quotes: \">5\"",
        "a: ]x ~ 4 ~ begins with ] must be in quotes",
        "*.x: /y ~ 1 ~ begins with * must be in quotes: \"*.x:\"",
        "%x: 1 ~ 1 ~ begins with % must be in quotes",
        "a: !x y ~ 4 ~ without !x, or put it in quotes",
        "a: &x y ~ 4 ~ put the text in quotes",
        "a: b: c ~ 5 ~ a colon and a blank in it must be in quotes",
        "a: [b ~ 4 ~ This [ has no ]",
        "\"🐎\": *x ~ 6 ~ in quotes: \"*x\"",
      })
  void textThatYamlTakesForSomethingElseIsAdvisedToHaveQuotes(
      String text, int column, String said) {
    read(text);
    assertThat(mistakes)
        .singleElement()
        .satisfies(one -> {
          assertThat(one.detail()).contains(said);
          assertThat(one.origin().orElseThrow().column()).isEqualTo(column);
        });
  }

  @Test
  void aBlockThatIsEmptyIsNoMistake() {
    assertThat(read("a: |\nb: >-\nc: |\n  x\n")).isPresent();
    assertThat(mistakes).isEmpty();
  }

  @Test
  void aBillionLaughsAreCountedAndRefused() {
    StringBuilder text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 40; i++) {
      text.append("a" + i + ": &a" + i + " [" + ("*a" + (i - 1) + ", ").repeat(10) + "]\n");
    }

    assertThat(read(text.toString())).isEmpty();
    assertThat(mistakes).hasSize(1);
    assertThat(read(String.join("\n", text.toString().lines().limit(5).toList()))).isEmpty();
    assertThat(mistakes.getLast().summary()).isEqualTo("Too much YAML");
  }

  @Test
  void deepNestingIsRefusedHoweverDeep() {
    for (int depth : List.of(30, 1_000, 100_000)) {
      mistakes.clear();

      assertThat(read("a: " + "[".repeat(depth) + "]".repeat(depth))).isEmpty();
      assertThat(mistakes).as("depth " + depth).hasSize(1);
      assertThat(mistakes.getFirst().origin().orElseThrow().file()).isEqualTo("x.yaml");
    }
  }

  @Test
  void manyValuesAreRefused() {
    assertThat(read("a: [" + "x,".repeat(60_000) + "]")).isEmpty();
    assertThat(mistakes).singleElement().extracting(Diagnostic::summary).isEqualTo("Too much YAML");
  }

  @Test
  void aLongLineIsNotShown() {
    assertThat(read("a: [" + "x".repeat(10_000)).isEmpty()).isTrue();
    assertThat(mistakes.getFirst().origin().orElseThrow().excerpt()).isEmpty();
  }

  @Test
  void halfACharacterIsNotUtf8() {
    assertThat(YamlReader.read("x.yaml", new byte[] {'a', ':', ' ', (byte) 0xC3}, mistakes))
        .isEmpty();
    assertThat(mistakes).singleElement().extracting(Diagnostic::summary).isEqualTo("Not UTF-8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "secrets:\n  KEY: *hunter2\n",
        "secrets:\n  KEY: @hunter2\n",
        "secrets:\n  KEY: !hunter2 x\n",
        "secrets:\n  KEY: &hunter2\n",
        "secrets:\n  KEY: a: hunter2\n",
        "secrets:\n  KEY: \"hunter2\\q\"\n",
        "secrets:\n  KEY: \"hunter2\nb: 1\n",
        "secrets:\n  KEY: {{hunter2}}\n",
        "secrets:\n  KEY: {% hunter2 %}\n",
        "secrets:\n  KEY: |1\n   hunter2\n  OTHER: %\n",
        "secrets:\n\tKEY: hunter2\n",
        "secrets:\n  A: /etc/a\n  KEY: hunter2\n  KEY: hunter2\n",
        "secrets:\n  KEY=hunter2: a\n  KEY=hunter2: b\n",
        "secrets:\n  - KEY: hunter2\n    KEY: hunter2\n",
        "secrets:\n- KEY: hunter2\n  KEY: hunter2\n",
        "secrets:\nKEY: *hunter2\n",
        "secret:\n  KEY: *hunter2\n",
        "'secrets' :\n  KEY: *hunter2\n",
        "secrets: {KEY: *hunter2}\n",
        "secrets: {\n  KEY: hunter2,\n  KEY: hunter2}\n",
        "secrets: {\n KEY: hunter2 /x,\n KEY: %hunter2}\n",
        "secrets: {KEY: hunter2\nsite: [\n",
        "{source: {folder: x}, secrets: {KEY: *hunter2}}\n",
        "defaults:\n  app:\n    secrets:\n      KEY: *hunter2\n",
        "secrets:\n  A: /etc/a\n# the database\n  B: hunter2: x\n",
        "secrets:{KEY: hunter2}\nb: 1\nb: 2\n",
        "secrets:\n  KEY: |\n-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n",
        "secrets: {\na: hunter2: hunter2,\n}\n",
        "{env: {C: \"#fff\"}, secrets: {KEY: hunter2, B: *}}\n",
      })
  void noMessageShowsTheValueOfASecret(String text) {
    read(text);
    assertThat(mistakes).isNotEmpty();
    for (Diagnostic mistake : mistakes) {
      assertThat(mistake.summary() + mistake.detail()).doesNotContain("hunter2");
      assertThat(mistake.origin().orElseThrow().excerpt()).doesNotContain("hunter2");
    }
  }

  @Test
  void duplicateSecretIsNamed() {
    read("secrets:\n  KEY: hunter2\n  KEY: hunter3\n");
    assertThat(mistakes).hasSize(1);
    assertThat(mistakes.getFirst().detail())
        .isEqualTo("\"KEY\" is already set on line 2. Keep one of them.");
    assertThat(mistakes.getFirst().origin()).contains(new Origin("x.yaml", 3, 3, ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "secrets: {A: /a/b, A: '/c'}\n",
        "secrets:\n  A: /a/b\n  A: /c\n",
        "secrets: {A: /a}\nb: 1\nb: 2\n",
        "secrets:\n  A: x\nb: 1\nb: 2\n",
        "# the secrets: below\n#\nb: 1\nb: 2\n",
        "secrets_of: 1\nb:\n  c: 1\n  c: 2\n",
      })
  void linesWithoutAValueAreShown(String text) {
    read(text);
    assertThat(mistakes).hasSize(1);
    assertThat(mistakes.getFirst().origin().orElseThrow().excerpt()).isNotEmpty();
  }
}

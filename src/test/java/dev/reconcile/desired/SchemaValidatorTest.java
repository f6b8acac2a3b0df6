// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.desired;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SchemaValidatorTest {
  private static final Schema.Fields SHAPE =
      Schema.fields("a thing")
          .with("text", Schema.text(TextFormat.NAME), "")
          .with("whole", Schema.whole(1, 10), "")
          .with("flag", new Schema.Flag(), "")
          .with("off", Schema.orOff(Schema.text(TextFormat.ABSOLUTE_PATH)), "")
          .with("choice", Schema.choice("started", "stopped"), "")
          .with("some", Schema.oneOrMore(Schema.text(TextFormat.NAME)), "")
          .with("list", Schema.listOf(Schema.whole(0, 9)), "")
          .with("map", Schema.mapOf(TextFormat.NAME, Schema.text(TextFormat.LINE)), "")
          .with(
              "either",
              Schema.either(
                  Schema.text(TextFormat.NAME),
                  Schema.fields("inner").with("a", new Schema.Flag(), "").build()),
              "")
          .build();

  private static List<String> mistakes(String yaml) {
    List<Diagnostic> mistakes = new ArrayList<>();
    var map = YamlReader.read("x.yaml", yaml.getBytes(UTF_8), mistakes).orElseThrow();
    new SchemaValidator(mistakes).check(map, SHAPE, "");
    return mistakes.stream().map(Diagnostic::detail).toList();
  }

  @Test
  void whatHasItsShapeIsFine() {
    assertThat(
            mistakes(
                """
                text: abc
                whole: 10
                flag: false
                off: false
                choice: stopped
                some: one
                list: [0, 9]
                map: {A: 1, B: true, C: text}
                either: {a: true}
                """))
        .isEmpty();
    assertThat(mistakes("{off: /a/b, some: [a, b], either: name}")).isEmpty();
  }

  @Test
  void numbersAndFlagsCountAsTheTextTheyAreWrittenAs() {
    assertThat(mistakes("map: {A: 007, B: 1.50, C: True}")).isEmpty();
    assertThat(mistakes("text: true")).isEmpty();
    assertThat(mistakes("text: 1")).singleElement().asString().contains("\"1\" is not.");
  }

  @Test
  void everyMistakeOfAValueIsTold() {
    assertThat(mistakes("{whole: 0, flag: 1, off: true, choice: start, list: 3, map: [], txet: a}"))
        .hasSize(7);
  }

  @Test
  void nestedMistakesNameTheirPath() {
    assertThat(mistakes("either: {a: maybe}"))
        .containsExactly("either.a must be true or false, not text.");
    assertThat(mistakes("map: {A: []}")).singleElement().asString().startsWith("map.A must be");
    assertThat(mistakes("list: [1, x]")).singleElement().asString().startsWith("each of list must");
  }

  @Test
  void aChoiceSuggestsTheNearestWord() {
    assertThat(mistakes("choice: strated"))
        .containsExactly(
            "choice must be one of started, stopped. \"strated\" is not. Did you mean \"started\"?");
  }

  @Test
  void controlCharactersOfAValueAreNotRepeated() {
    assertThat(mistakes("text: \"a\\e[31m\\n\""))
        .singleElement()
        .asString()
        .contains("\"a?[31m?\"");
  }
}

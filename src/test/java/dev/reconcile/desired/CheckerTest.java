package dev.reconcile.desired;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Rule;
import dev.reconcile.model.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CheckerTest {
  private static final Shape.Fields SHAPE =
      Shape.fields("a thing")
          .with("text", Shape.text(Rule.NAME), "")
          .with("whole", Shape.whole(1, 10), "")
          .with("flag", new Shape.Flag(), "")
          .with("off", Shape.orOff(Shape.text(Rule.ABSOLUTE_PATH)), "")
          .with("choice", Shape.choice("started", "stopped"), "")
          .with("some", Shape.oneOrMore(Shape.text(Rule.NAME)), "")
          .with("list", Shape.listOf(Shape.whole(0, 9)), "")
          .with("map", Shape.mapOf(Rule.NAME, Shape.text(Rule.LINE)), "")
          .with(
              "either",
              Shape.either(
                  Shape.text(Rule.NAME),
                  Shape.fields("inner").with("a", new Shape.Flag(), "").build()),
              "")
          .build();

  private static List<String> mistakes(String yaml) {
    List<Diagnostic> mistakes = new ArrayList<>();
    var map = YamlReader.read("x.yaml", yaml.getBytes(UTF_8), mistakes).orElseThrow();
    new Checker(mistakes).check(map, SHAPE, "");
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

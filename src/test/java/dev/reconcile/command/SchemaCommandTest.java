// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.cli.CaseFile;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.GeneratedValues;
import dev.reconcile.cli.Json;
import dev.reconcile.cli.Scene;
import dev.reconcile.desired.SchemaValidator;
import dev.reconcile.desired.YamlReader;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import dev.reconcile.report.SchemaJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The schemas against the checker that decides: by the cases, and by generated values. */
final class SchemaCommandTest {
  private static final Path CASES = Path.of("src/test/resources/cases");
  private static final Map<SchemaCommand.Form, Function<String, List<String>>> VALIDATORS =
      new EnumMap<>(SchemaCommand.Form.class);

  /** Files whose only mistakes are how a number is written, which an editor does not tell on. */
  private static final Set<String> BEYOND_A_SCHEMA =
      Set.of(
          "numbers-out-of-bounds apps/b.yaml", // 0x10
          "numbers-out-of-bounds apps/c.yaml"); // 2.0

  static {
    for (SchemaCommand.Form form : SchemaCommand.Form.values()) {
      VALIDATORS.put(form, Json.validator(form.json()));
    }
  }

  @TempDir Path temp;

  private static Optional<SchemaCommand.Form> formOf(String path) {
    return path.equals("reconcile.yaml")
        ? Optional.of(SchemaCommand.Form.RECONCILE)
        : path.matches("apps/[^/]+\\.yaml")
            ? Optional.of(SchemaCommand.Form.APP)
            : path.matches("hosts/[^/]+\\.yaml")
                ? Optional.of(SchemaCommand.Form.HOST)
                : Optional.empty();
  }

  private static List<String> errors(SchemaCommand.Form form, Value value) {
    return VALIDATORS.get(form).apply(Json.of(value));
  }

  private static List<Diagnostic> mistakes(Value value, Schema shape) {
    List<Diagnostic> mistakes = new ArrayList<>();
    new SchemaValidator(mistakes).check(value, shape, "");
    return mistakes;
  }

  @Test
  void theCasesFilesAreJudgedAsTheCheckerJudgesThem() throws IOException {
    Set<String> passed = new TreeSet<>();
    int good = 0;
    int bad = 0;
    for (Path file : files(CASES, ".case")) {
      for (CaseFile.Section section : CaseFile.read(file).sections()) {
        Optional<SchemaCommand.Form> form = formOf(section.name());
        List<Diagnostic> unreadable = new ArrayList<>();
        Optional<Value.Mapping> map =
            form.flatMap(f ->
                YamlReader.read("x", section.body().getBytes(StandardCharsets.UTF_8), unreadable));
        if (map.isEmpty() || !unreadable.isEmpty()) {
          continue;
        }
        String name = file.getFileName().toString().replace(".case", " ") + section.name();
        boolean isBad =
            !mistakes(map.get(), form.get().shape()).isEmpty()
                || (form.get() == SchemaCommand.Form.RECONCILE
                    && map.get().get("version").isEmpty());
        List<String> errors = errors(form.get(), map.get());
        if (isBad && errors.isEmpty()) {
          passed.add(name);
        } else {
          assertThat(errors.isEmpty()).as(name + " " + errors).isEqualTo(!isBad);
        }
        good += isBad ? 0 : 1;
        bad += isBad ? 1 : 0;
      }
    }
    assertThat(passed).isEqualTo(new TreeSet<>(BEYOND_A_SCHEMA));
    assertThat(good).as("good files").isGreaterThan(80);
    assertThat(bad).as("bad files").isGreaterThan(20);
  }

  @Test
  void theSampleIsGood() throws IOException {
    Path sample = Path.of("desired-state");
    int checked = 0;
    for (Path file : files(sample, ".yaml")) {
      Optional<SchemaCommand.Form> form = formOf(sample.relativize(file).toString());
      if (form.isPresent()) {
        Value map = YamlReader.read("x", Files.readAllBytes(file), new ArrayList<>()).orElseThrow();
        assertThat(errors(form.get(), map)).as(file.toString()).isEmpty();
        checked++;
      }
    }
    assertThat(checked).isEqualTo(4);
  }

  @ParameterizedTest
  @EnumSource
  void whatTheCheckerAcceptsIsNeverRefused(SchemaCommand.Form form) {
    GeneratedValues generated = new GeneratedValues(new Random(form.name().hashCode()));
    int accepted = 0;
    int refused = 0;
    for (int i = 0; i < 8000; i++) {
      Value value = generated.of(form.shape(), i % 2 == 0 ? 0 : 0.03);
      if (form == SchemaCommand.Form.RECONCILE
          && !(value instanceof Value.Mapping map && map.get("version").isPresent())) {
        continue;
      }
      boolean isGood = mistakes(value, form.shape()).isEmpty();
      List<String> errors = errors(form, value);
      if (isGood) {
        assertThat(errors).as(Json.of(value)).isEmpty();
        accepted++;
      } else if (GeneratedValues.hasTextsOnly(withoutVersion(value))) {
        assertThat(errors).as(Json.of(value)).isNotEmpty();
        refused++;
      }
    }
    assertThat(accepted).isGreaterThan(500);
    assertThat(refused).isGreaterThan(20);
  }

  private static Value withoutVersion(Value value) {
    return value instanceof Value.Mapping map
        ? new Value.Mapping(
            map.entries().stream().filter(entry -> !entry.key().equals("version")).toList(),
            map.origin())
        : value;
  }

  @ParameterizedTest
  @EnumSource
  void aRuleIsTheSameInTheSchema(TextFormat rule) {
    Schema.Fields shape = Schema.fields("one").with("a", Schema.text(rule), "a text").build();
    Function<String, List<String>> validator =
        Json.validator(SchemaJson.of("one", shape, List.of()));
    GeneratedValues generated = new GeneratedValues(new Random(rule.name().hashCode()));
    int accepted = 0;
    for (int i = 0; i < 3000; i++) {
      Value.Scalar scalar = generated.scalar(rule);
      boolean isGood = mistakes(scalar, Schema.text(rule)).isEmpty();
      List<String> errors = validator.apply("{\"a\":" + Json.of(scalar) + "}");
      if (isGood || GeneratedValues.hasTextsOnly(scalar)) {
        assertThat(errors.isEmpty()).as(Json.of(scalar) + errors).isEqualTo(isGood);
      }
      accepted += isGood ? 1 : 0;
    }
    assertThat(accepted).isGreaterThan(50);
  }

  @Test
  void oneIsPrintedAndAllAreWritten() throws IOException {
    Scene scene = new Scene(temp);
    Path folder = temp.resolve("a/schemas");

    assertThat(scene.run("schema").out()).isEqualTo(SchemaCommand.Form.APP.json());
    assertThat(scene.run("schema", "host").out()).isEqualTo(SchemaCommand.Form.HOST.json());
    assertThat(scene.run("schema", "recncile").text())
        .contains("Unknown schema", "Did you mean \"reconcile\"?", "exit 64");
    assertThat(scene.run("schema", "--into", folder.toString(), "--quiet").text())
        .isEqualTo("exit 0\n");
    for (SchemaCommand.Form form : SchemaCommand.Form.values()) {
      assertThat(folder.resolve(form.file())).hasContent(form.json());
    }
    assertThat(scene.run("schema", "app", "--into", folder.toString()).code())
        .isEqualTo(ExitCode.USAGE);
    assertThat(scene.run("schema", "--into", "/proc/none").code()).isEqualTo(ExitCode.FAILED);
  }

  private static List<Path> files(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }
}

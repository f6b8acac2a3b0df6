// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.model.Address;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.Phase;
import dev.reconcile.model.Role;
import dev.reconcile.model.Step;
import dev.reconcile.model.Undo;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a manifest says of a step is read back as the same step. The steps come from the sealed
 * interface, so a new one is among them without a change here.
 */
final class StepJsonTest {
  private static final String RUN = "20261129T015049Z-eeed8a0519fe7713";
  private static final Address ADDRESS = new Address("file", "/etc/a \"quoted\" é");

  static Stream<Class<?>> reversible() {
    return Arrays.stream(Step.Reversible.class.getPermittedSubclasses());
  }

  private static Undo undo(
      Phase phase, List<Step.Reversible> steps, Optional<OwnedResource> owned) {
    return new Undo(ADDRESS, "shop", phase, "restored", steps, owned);
  }

  private static Undo readBack(Undo undo) throws IOException {
    String text =
        JsonText.of(json -> {
          json.writeFieldName("undo");
          StepJson.write(json, undo);
        });
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return StepJson.undo(JsonObject.parse(bytes).object("undo"), RUN);
  }

  @ParameterizedTest
  @MethodSource("reversible")
  void eachReversibleStepIsReadBack(Class<?> type) throws Exception {
    for (int variant = 0; variant < 5; variant++) {
      Step.Reversible step = (Step.Reversible) make(type, variant);

      Undo read = readBack(undo(Phase.FILES, List.of(step), Optional.empty()));

      assertThat(read.steps()).containsExactly(step);
      if (step instanceof Step.WriteFile written) {
        Content content = ((Step.WriteFile) read.steps().getFirst()).content();
        assertThat(content.secret()).isEqualTo(written.content().secret());
      }
    }
  }

  @Test
  void noOtherStepCanBeInAManifest() {
    assertThat(Step.class.getPermittedSubclasses()).contains(Step.Reversible.class);
    assertThat(reversible())
        .hasSizeGreaterThan(5)
        .allMatch(Class::isRecord)
        .allMatch(Step.Reversible.class::isAssignableFrom);
  }

  @ParameterizedTest
  @EnumSource
  void eachPhaseIsReadBack(Phase phase) throws IOException {
    Undo undo = undo(phase, List.of(), Optional.empty());

    assertThat(readBack(undo)).isEqualTo(undo);
  }

  @ParameterizedTest
  @EnumSource
  void aResourceOfEachRoleIsReadBack(Role role) throws IOException {
    for (List<String> notified :
        List.of(List.<String>of(), List.of("nginx", "gunicorn@a.service"))) {
      for (String app : List.of("", "shop")) {
        OwnedResource owned = new OwnedResource(ADDRESS, app, role, notified);
        Undo undo = undo(Phase.FILES, List.of(), Optional.of(owned));

        assertThat(readBack(undo)).isEqualTo(undo);
      }
    }
  }

  @Test
  void aProbeIsReadBack() throws IOException {
    Step.Probe probe =
        new Step.Probe(
            "gunicorn@shop.service",
            "/var/log/gunicorn/shop/error.log",
            "unix:/run/shop_gunicorn.sock",
            "/health?full=1",
            "shop.example",
            200,
            399,
            Duration.ofMillis(1500));
    String text =
        JsonText.of(json -> {
          json.writeFieldName("probe");
          StepJson.write(json, probe);
        });
    JsonObject json = JsonObject.parse(text.getBytes(StandardCharsets.UTF_8)).object("probe");

    assertThat(StepJson.probe(json)).isEqualTo(probe);
  }

  private static Object make(Class<?> record, int variant) throws ReflectiveOperationException {
    List<Class<?>> types = new ArrayList<>();
    List<Object> values = new ArrayList<>();
    for (RecordComponent component : record.getRecordComponents()) {
      types.add(component.getType());
      values.add(value(component.getName(), component.getGenericType(), variant));
    }
    return record
        .getDeclaredConstructor(types.toArray(Class<?>[]::new))
        .newInstance(values.toArray());
  }

  /** A value of a component; no two components of one type have the same. */
  private static Object value(String name, Type type, int variant) {
    if (name.equals("run")) {
      return RUN; // a manifest holds the steps of its own run
    }
    if (type == String.class) {
      return "/" + name + "/with \"quotes\" and ü " + variant;
    }
    if (type == Content.class) {
      return new Content(new byte[] {0, (byte) variant, -1}, variant % 2 == 1);
    }
    if (type == FileAttributes.class) {
      return new FileAttributes("owner" + variant, "group", 0640 + variant);
    }
    if (type == Step.UnitVerb.class) {
      Set<Step.UnitVerb> verbs = EnumSet.allOf(Step.UnitVerb.class);
      return verbs.stream().skip(variant % verbs.size()).findFirst().orElseThrow();
    }
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      return variant == 0 ? List.of() : List.of(name, "other " + variant);
    }
    throw new IllegalArgumentException("no sample of " + type + ": add one");
  }
}

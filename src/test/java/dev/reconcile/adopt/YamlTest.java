// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.desired.YamlReader;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class YamlTest {
  private static final List<String> ALPHABET =
      List.of(
          "a", "1", " ", "\n", "\t", "#", ":", ": ", "-", "{", "]", ",", "&", "*", "!", "|", ">",
          "'", "\"", "%", "@", "`", "\\", "é", "\u0007", "\u2028", "😀", "no", "null", "~", "0x1",
          "1e3");

  private static Object read(Map<String, ?> map) {
    List<Diagnostic> mistakes = new ArrayList<>();
    String text = Yaml.of(map);
    var read = YamlReader.read("x.yaml", text.getBytes(StandardCharsets.UTF_8), mistakes);
    assertThat(mistakes).as(text).isEmpty();
    return plain(read.orElseThrow());
  }

  private static Object plain(Value value) {
    return switch (value) {
      case Value.Refused _ -> throw new IllegalArgumentException("a refused value");
      case Value.Scalar scalar -> scalar.text();
      case Value.Sequence list -> list.items().stream().map(YamlTest::plain).toList();
      case Value.Mapping map -> {
        Map<String, Object> plain = new LinkedHashMap<>();
        map.entries().forEach(entry -> plain.put(entry.key(), plain(entry.value())));
        yield plain;
      }
    };
  }

  @Test
  void whatIsWrittenIsReadBack() {
    Random random = new Random(3);
    for (int i = 0; i < 5_000; i++) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("text", text(random));
      map.put("k" + text(random), Map.of("a", text(random)));
      map.put("list", List.of(text(random), text(random)));
      map.put("maps", List.of(Map.of("b", text(random)), text(random)));

      assertThat(read(map)).isEqualTo(map);
    }
  }

  @Test
  void itIsWrittenAsAPersonWould() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("version", 1);
    map.put("server_name", List.of("shop.example", "*.shop.example"));
    map.put("extra", "a;\nb {\n  c;\n}\n");
    map.put("size", "20M");
    map.put("off", false);

    assertThat(Yaml.of(map))
        .isEqualTo(
            """
            version: 1
            server_name: [shop.example, "*.shop.example"]
            extra: |
              a;
              b {
                c;
              }
            size: 20M
            "off": false
            """);
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(7); i > 0; i--) {
      text.append(ALPHABET.get(random.nextInt(ALPHABET.size())));
    }
    return text.toString();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import dev.reconcile.model.Origin;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import dev.reconcile.model.Value.ScalarType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Values that have a shape, or nearly: the same ones for the same seed. */
public final class GeneratedValues {
  private static final Origin NOWHERE = Origin.of("x");

  private static final List<String> TEXTS =
      List.of(
          "",
          "a",
          "shop",
          "7",
          "0",
          "12",
          "007",
          "0644",
          "755",
          "200",
          "200-399",
          "10.0.0.11",
          "2001:db8::11",
          "10.0.0.0/8",
          "2001:db8::/32",
          "all",
          "X-Frame-Options",
          "365d",
          "10r/s",
          "502 503",
          "any",
          "1.5",
          ".5",
          "-1",
          "+5",
          "1e3",
          "0x1f",
          "0o17",
          ".inf",
          "true",
          "FALSE",
          "True",
          "null",
          "~",
          "/",
          "/srv/shop",
          "/srv/shop/",
          "/srv/../x",
          "/a/./b",
          "src/shop",
          "../src",
          "src/..",
          "-x",
          "site.conf",
          "example.com",
          "*.example.com",
          "~^www\\.example$",
          "_",
          "/static/",
          "/a?b=c",
          "https://$host$request_uri",
          "$remote_addr \"$request\"",
          "FLASK_ENV",
          "one line",
          "two\nlines",
          "www-data",
          "1000",
          "python3",
          "python3.12",
          "/usr/bin/python3",
          "main:app",
          "main:create_app()",
          "timeout",
          "git@example.com:me/shop.git",
          "https://example.com/shop.git",
          "https://acme.example/directory",
          "https://etcd1:2379",
          "me@example.com",
          "ssh://u@h/p",
          "main",
          "v1.0",
          "a.lock",
          "a..b",
          "a/b",
          "512k",
          "150%",
          "30s",
          "500ms",
          "GET",
          "get",
          "backup.timer",
          "x.service",
          "nginx",
          "libc6:amd64",
          "20000-29999",
          "TRUE");

  private static final List<String> PARTS =
      List.of(
          "a", "Z", "0", "9", "/", ".", "..", "-", "_", ":", "@", "%", "*", "=", "+", "~", " ",
          "\t", "\n", "\r", "\u000b", "\u0000", "\u007f", "\u0085", "\u00a0", "\u2028", "\u3000",
          "\ufeff", "ü", "😀", "{", "}", ";", "\"", "'", "\\", "#", "[", "(", ")", "$", "^", "?",
          "lock");

  private final Random random;

  public GeneratedValues(Random random) {
    this.random = random;
  }

  /** A value of this shape; with the given probability, each part of it is anything at all. */
  public Value of(Schema shape, double wild) {
    return random.nextDouble() < wild
        ? anything(2)
        : switch (shape) {
          case Schema.Text text -> good(text.rule());
          case Schema.Whole whole -> number(whole);
          case Schema.Flag flag -> plain(one(List.of("true", "false", "True", "FALSE")));
          case Schema.Off off -> plain(one(List.of("false", "False")));
          case Schema.Choice choice -> plain(one(choice.words()));
          case Schema.ListOf list ->
              list.orSingle() && random.nextBoolean()
                  ? of(list.item(), wild)
                  : sequence(list.item(), wild);
          case Schema.MapOf map -> map(map, wild);
          case Schema.Fields fields -> fields(fields, wild);
          case Schema.Either either -> of(one(either.shapes()), wild);
        };
  }

  /** A text for a rule, right or not. */
  public Value.Scalar scalar(TextFormat rule) {
    return random.nextInt(3) == 0 ? written(text()) : good(rule);
  }

  /** Whether no number or flag is in it, of which a schema does not see how it is written. */
  public static boolean hasTextsOnly(Value value) {
    return switch (value) {
      case Value.Refused _ -> false;
      case Value.Scalar scalar ->
          scalar.type() != ScalarType.NUMBER && scalar.type() != ScalarType.FLAG;
      case Value.Sequence list -> list.items().stream().allMatch(GeneratedValues::hasTextsOnly);
      case Value.Mapping map ->
          map.entries().stream().allMatch(entry -> hasTextsOnly(entry.value()));
    };
  }

  private Value.Scalar good(TextFormat rule) {
    for (int i = 0; i < 200; i++) {
      String text = text();
      if (rule.accepts(text)) {
        return written(text);
      }
    }
    return written(TEXTS.stream().filter(rule::accepts).findFirst().orElseThrow());
  }

  private String text() {
    if (random.nextInt(3) > 0) {
      return one(TEXTS);
    }
    if (random.nextInt(100) == 0) {
      return "/a".repeat(500 + random.nextInt(30));
    }
    StringBuilder text = new StringBuilder(random.nextBoolean() ? one(TEXTS) : "");
    for (int i = random.nextInt(6); i > 0; i--) {
      text.insert(random.nextInt(text.length() + 1), one(PARTS));
    }
    return text.toString();
  }

  private Value number(Schema.Whole whole) {
    long span = Math.min(whole.most() - whole.least() + 1, 1_000_000);
    return plain("" + (whole.least() + random.nextLong(span)));
  }

  private Value sequence(Schema item, double wild) {
    List<Value> items = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      items.add(of(item, wild));
    }
    return new Value.Sequence(items, NOWHERE);
  }

  private Value map(Schema.MapOf map, double wild) {
    Map<String, Value> entries = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      String key = random.nextDouble() < wild ? text() : good(map.key()).text();
      entries.put(key, of(map.value(), wild));
    }
    return mapping(entries);
  }

  private Value fields(Schema.Fields fields, double wild) {
    Map<String, Value> entries = new LinkedHashMap<>();
    fields
        .fields()
        .forEach((key, field) -> {
          if (random.nextBoolean()) {
            entries.put(key, of(field.shape(), wild));
          }
        });
    if (random.nextDouble() < wild) {
      entries.put(text(), anything(1));
    }
    return mapping(entries);
  }

  private Value anything(int depth) {
    return switch (random.nextInt(depth > 0 ? 6 : 4)) {
      case 4 -> sequence(Schema.text(TextFormat.LINES), 0);
      case 5 -> mapping(Map.of(text(), anything(depth - 1)));
      default -> written(text());
    };
  }

  private static Value mapping(Map<String, Value> entries) {
    return new Value.Mapping(
        entries.entrySet().stream()
            .map(entry -> new Value.Entry(entry.getKey(), NOWHERE, entry.getValue()))
            .toList(),
        NOWHERE);
  }

  private Value.Scalar written(String text) {
    return random.nextInt(3) == 0 ? new Value.Scalar(text, ScalarType.TEXT, NOWHERE) : plain(text);
  }

  // without quotes, as YAML 1.2's core schema reads it
  private static Value.Scalar plain(String text) {
    String number = "[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)";
    String decimal = "[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?";
    ScalarType type =
        text.matches(number + "|" + decimal)
            ? ScalarType.NUMBER
            : text.matches("true|True|TRUE|false|False|FALSE")
                ? ScalarType.FLAG
                : text.matches("|~|null|Null|NULL") ? ScalarType.NOTHING : ScalarType.TEXT;
    return new Value.Scalar(text, type, NOWHERE);
  }

  private <T> T one(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}

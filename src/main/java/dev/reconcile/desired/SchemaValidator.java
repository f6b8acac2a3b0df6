// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.desired;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Schema;
import dev.reconcile.model.Suggestion;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import dev.reconcile.model.Value.Scalar;
import dev.reconcile.model.Value.ScalarType;
import java.util.ArrayList;
import java.util.List;

/**
 * The comparison of a value with its schema. It reports every mistake and marks each refused part,
 * so that the rest can be used.
 */
public final class SchemaValidator {
  private final List<Diagnostic> mistakes;

  /** Creates a validator that adds to {@code mistakes}. */
  public SchemaValidator(List<Diagnostic> mistakes) {
    this.mistakes = mistakes;
  }

  /**
   * Checks a value.
   *
   * @param value the value
   * @param schema its schema
   * @param what the name of the value in messages, such as {@code gunicorn.workers}
   * @return the value, with {@link Value.Refused} in place of each part that has a mistake
   */
  public Value check(Value value, Schema schema, String what) {
    return switch (schema) {
      case Schema.Text text -> text(value, text.rule(), what, "", "");
      case Schema.Whole whole -> whole(value, whole, what);
      case Schema.Flag flag -> flag(value, what);
      case Schema.Off off -> wrong(value, what, "false");
      case Schema.Choice choice -> choice(value, choice, what, words(choice));
      case Schema.ListOf list -> list(value, list, what);
      case Schema.MapOf map -> map(value, map, what);
      case Schema.Fields fields -> fields(value, fields, what);
      case Schema.Either either -> either(value, either, what);
    };
  }

  private Value text(
      Value value, TextFormat rule, String what, String otherwise, String suggestion) {
    if (!(value instanceof Scalar scalar)
        || scalar.type() == ScalarType.NOTHING
        || (rule.isOfTextsOnly() && scalar.type() != ScalarType.TEXT)) {
      return wrong(value, what, rule.meaning());
    }
    if (rule == TextFormat.SECRET_FILE && !scalar.text().startsWith("/")) {
      mistakes.add(SecretPaths.mistake(scalar, what));
      return new Value.Refused(scalar.origin());
    }
    return rule.accepts(scalar.text())
        ? value
        : invalid(scalar, what, rule.meaning() + otherwise, suggestion);
  }

  // The value may be long or contain control characters; a message must not.
  private static String shown(String text) {
    String clean = text.replaceAll("\\p{Cntrl}", "?");
    return "\"" + (clean.length() > 80 ? clean.substring(0, 77) + "..." : clean) + "\"";
  }

  private Value whole(Value value, Schema.Whole whole, String what) {
    String bounds =
        whole.least() == whole.most()
            ? "the number " + whole.least()
            : "a whole number from " + whole.least() + " to " + whole.most();
    if (!(value instanceof Scalar scalar) || scalar.type() != ScalarType.NUMBER) {
      return wrong(value, what, bounds);
    }
    boolean decimal = scalar.text().matches("-?[0-9]{1,18}");
    long number = decimal ? Long.parseLong(scalar.text()) : 0;
    return decimal && number >= whole.least() && number <= whole.most()
        ? value
        : invalid(scalar, what, bounds, "");
  }

  private Value flag(Value value, String what) {
    return value instanceof Scalar scalar && scalar.type() == ScalarType.FLAG
        ? value
        : wrong(value, what, "true or false");
  }

  private static String words(Schema.Choice choice) {
    return (choice.words().size() > 1 ? "one of " : "") + String.join(", ", choice.words());
  }

  private Value choice(Value value, Schema.Choice choice, String what, String wanted) {
    if (!(value instanceof Scalar scalar)) {
      return wrong(value, what, wanted);
    }
    return choice.words().contains(scalar.text())
        ? value
        : invalid(scalar, what, wanted, Suggestion.sentence(scalar.text(), choice.words()));
  }

  private Value list(Value value, Schema.ListOf list, String what) {
    if (value instanceof Value.Sequence sequence) {
      return new Value.Sequence(
          sequence.items().stream()
              .map(item -> check(item, list.item(), "each of " + what))
              .toList(),
          sequence.origin());
    }
    if (!list.orSingle() || isNothing(value)) {
      return wrong(value, what, "a list");
    }
    return list.item() instanceof Schema.Text text && value instanceof Scalar scalar
        ? text(value, text.rule(), what, "", several(scalar.text(), text.rule()))
        : check(value, list.item(), what);
  }

  private static String several(String text, TextFormat rule) {
    List<String> parts = List.of(text.strip().split("[,\\s]+", -1));
    return parts.size() > 1 && parts.stream().allMatch(rule::accepts)
        ? " For several, write a list: [" + String.join(", ", parts) + "]."
        : "";
  }

  private Value map(Value given, Schema.MapOf map, String what) {
    boolean secret = SecretPaths.isOf(map);
    Value value = secret ? SecretPaths.hidden(given) : given;
    if (!(value instanceof Value.Mapping mapping)) {
      return wrong(value, what, "a map (key: value)");
    }
    List<Value.Entry> entries = new ArrayList<>();
    for (Value.Entry entry : mapping.entries()) {
      String name = secret ? SecretPaths.name(entry.key()) : entry.key();
      boolean good = map.key().accepts(entry.key());
      String joined = good ? "" : joined(entry.key(), name, map);
      if (!good) {
        boolean web = map.key() == TextFormat.PROCESS_NAME && name.equals("web");
        error(
            entry.keyOrigin(),
            "Invalid key",
            web
                ? "web is the name of the app's own web process. Choose another name."
                : "A key of %s must be %s. %s is not.%s"
                    .formatted(what, map.key().meaning(), shown(name), joined));
      }
      Value checked =
          joined.isEmpty()
              ? check(entry.value(), map.value(), what + "." + name.replaceAll("\\p{Cntrl}", "?"))
              : entry.value();
      entries.add(good ? with(entry, checked) : refused(entry));
    }
    return new Value.Mapping(entries, mapping.origin());
  }

  // A secret's name ends before its colon, so the text after the colon is not repeated.
  private static String joined(String key, String name, Schema.MapOf map) {
    String shown = name.equals(key) ? key : key.replaceFirst("(?s):.*", ":…");
    return BlankHint.joinedAdvice(shown, map.key()::accepts);
  }

  private Value fields(Value value, Schema.Fields fields, String what) {
    if (!(value instanceof Value.Mapping mapping)) {
      return wrong(
          value,
          what,
          "a map with keys such as %s"
              .formatted(String.join(", ", fields.fields().keySet().stream().limit(3).toList())),
          joined(value, fields) + command(value, fields, what));
    }
    List<Value.Entry> entries = new ArrayList<>();
    for (Value.Entry entry : mapping.entries()) {
      Schema.Field field = fields.fields().get(entry.key());
      if (field == null) {
        entries.add(unknown(entry, fields, mapping));
      } else {
        String name = what.isEmpty() ? entry.key() : what + "." + entry.key();
        entries.add(with(entry, check(entry.value(), field.shape(), name)));
      }
    }
    return new Value.Mapping(entries, mapping.origin());
  }

  private static Value.Entry with(Value.Entry entry, Value value) {
    return new Value.Entry(entry.key(), entry.keyOrigin(), value);
  }

  private static Value.Entry refused(Value.Entry entry) {
    return with(entry, new Value.Refused(entry.value().origin()));
  }

  // "workers:3" is text, not a map.
  private static String joined(Value value, Schema.Fields fields) {
    String text = value instanceof Scalar scalar ? scalar.text() : "";
    return BlankHint.joinedAdvice(text, fields.fields()::containsKey);
  }

  // "web: node server.js" is a command in place of the map that has it.
  private static String command(Value value, Schema.Fields fields, String what) {
    Schema.Field run = fields.fields().get("run");
    boolean isCommand =
        run != null
            && run.shape().equals(Schema.text(TextFormat.COMMAND))
            && value instanceof Scalar scalar
            && scalar.type() == ScalarType.TEXT
            && !scalar.text().isBlank()
            && scalar.text().matches("[^\"\\\\\\p{Cntrl}]{1,80}");
    return isCommand
        ? " Write %s: {run: \"%s\"%s}."
            .formatted(
                what.substring(what.lastIndexOf('.') + 1),
                ((Scalar) value).text().strip(),
                fields.fields().containsKey("at") ? ", at: \"*-*-* 03:10\"" : "")
        : "";
  }

  // The refused entry has the key that was meant, so that this key does not count as missing.
  private Value.Entry unknown(Value.Entry entry, Schema.Fields fields, Value.Mapping mapping) {
    UnknownKey key = UnknownKey.of(entry, fields);
    error(
        entry.keyOrigin(),
        "Unknown key",
        "%s is not a key of %s.%s".formatted(shown(entry.key()), fields.name(), key.advice()));
    return mapping.entry(key.meant()).isPresent()
        ? refused(entry)
        : refused(new Value.Entry(key.meant(), entry.keyOrigin(), entry.value()));
  }

  // The type of a value (scalar, list or map) selects the alternative. "false" is the only scalar
  // that means "none".
  private Value either(Value value, Schema.Either either, String what) {
    boolean off = either.shapes().contains(new Schema.Off());
    if (off
        && value instanceof Scalar s
        && s.type() == ScalarType.FLAG
        && s.text().equalsIgnoreCase("false")) {
      return value;
    }
    for (Schema schema : either.shapes()) {
      if (off && schema instanceof Schema.Text text && value instanceof Scalar) {
        return text(value, text.rule(), what, "; or false, for none", "");
      }
      if (schema instanceof Schema.Choice choice && value instanceof Scalar && either.isNamed()) {
        return choice(value, choice, what, either.meaning());
      }
      if (!(schema instanceof Schema.Off) && fits(value, schema)) {
        return check(value, schema, what);
      }
    }
    return either.isNamed()
        ? wrong(value, what, either.meaning())
        : check(value, either.shapes().getFirst(), what);
  }

  private static boolean fits(Value value, Schema schema) {
    return switch (schema) {
      case Schema.Fields _, Schema.MapOf _ -> value instanceof Value.Mapping;
      case Schema.ListOf list -> value instanceof Value.Sequence || list.orSingle();
      case Schema.Choice _ -> value instanceof Scalar s && s.type() == ScalarType.TEXT;
      case Schema.Text _, Schema.Whole _, Schema.Flag _, Schema.Off _, Schema.Either _ ->
          value instanceof Scalar;
    };
  }

  private static boolean isNothing(Value value) {
    return value instanceof Scalar scalar && scalar.type() == ScalarType.NOTHING;
  }

  private Value wrong(Value value, String what, String wanted) {
    return wrong(value, what, wanted, "");
  }

  private Value wrong(Value value, String what, String wanted, String advice) {
    String is = isNothing(value) ? ". It is empty" : ", not " + value.describe();
    error(
        value.origin(),
        "Wrong type",
        "%s must be %s%s.%s".formatted(what.isEmpty() ? "This" : what, wanted, is, advice));
    return new Value.Refused(value.origin());
  }

  private Value invalid(Scalar scalar, String what, String wanted, String suggestion) {
    error(
        scalar.origin(),
        "Invalid value",
        what + " must be " + wanted + ". " + shown(scalar.text()) + " is not." + suggestion);
    return new Value.Refused(scalar.origin());
  }

  private void error(Origin origin, String summary, String detail) {
    mistakes.add(Diagnostic.error(origin, summary, detail));
  }
}

package dev.reconcile.desired;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Schema;
import dev.reconcile.model.Suggestion;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import dev.reconcile.model.Value.Scalar;
import dev.reconcile.model.Value.ScalarType;
import java.util.List;
import java.util.Set;

/** Compares a value with the shape it must have, and says everything that is wrong with it. */
public final class SchemaValidator {
  private final List<Diagnostic> mistakes;

  /** A checker that adds to {@code mistakes}. */
  public SchemaValidator(List<Diagnostic> mistakes) {
    this.mistakes = mistakes;
  }

  /** Checks {@code value}; {@code what} names it in messages, such as {@code gunicorn.workers}. */
  public void check(Value value, Schema shape, String what) {
    switch (shape) {
      case Schema.Text text -> text(value, text.rule(), what, "");
      case Schema.Whole whole -> whole(value, whole, what);
      case Schema.Flag flag -> flag(value, what);
      case Schema.Off off -> wrong(value, what, "false");
      case Schema.Choice choice -> choice(value, choice, what);
      case Schema.ListOf list -> list(value, list, what);
      case Schema.MapOf map -> map(value, map, what);
      case Schema.Fields fields -> fields(value, fields, what);
      case Schema.Either either -> either(value, either, what);
    }
  }

  private void text(Value value, TextFormat rule, String what, String otherwise) {
    if (!(value instanceof Scalar scalar) || scalar.type() == ScalarType.NOTHING) {
      wrong(value, what, rule.meaning());
    } else if (!rule.accepts(scalar.text())) {
      error(
          value.origin(),
          "Invalid value",
          what
              + " must be "
              + rule.meaning()
              + otherwise
              + ". "
              + shown(scalar.text())
              + " is not.");
    }
  }

  // The value may be long or hold control characters; a message holds neither.
  private static String shown(String text) {
    String clean = text.replaceAll("\\p{Cntrl}", "?");
    return "\"" + (clean.length() > 80 ? clean.substring(0, 77) + "..." : clean) + "\"";
  }

  private void whole(Value value, Schema.Whole whole, String what) {
    String bounds =
        whole.least() == whole.most()
            ? "the number " + whole.least()
            : "a whole number from " + whole.least() + " to " + whole.most();
    if (!(value instanceof Scalar scalar) || scalar.type() != ScalarType.NUMBER) {
      wrong(value, what, bounds);
      return;
    }
    boolean decimal = scalar.text().matches("-?[0-9]{1,18}");
    long number = decimal ? Long.parseLong(scalar.text()) : 0;
    if (!decimal || number < whole.least() || number > whole.most()) {
      error(
          value.origin(),
          "Invalid value",
          what + " must be " + bounds + ". " + shown(scalar.text()) + " is not.");
    }
  }

  private void flag(Value value, String what) {
    if (!(value instanceof Scalar scalar) || scalar.type() != ScalarType.FLAG) {
      wrong(value, what, "true or false");
    }
  }

  private void choice(Value value, Schema.Choice choice, String what) {
    String words = (choice.words().size() > 1 ? "one of " : "") + String.join(", ", choice.words());
    if (!(value instanceof Scalar scalar)) {
      wrong(value, what, words);
    } else if (!choice.words().contains(scalar.text())) {
      error(
          value.origin(),
          "Invalid value",
          what
              + " must be "
              + words
              + ". "
              + shown(scalar.text())
              + " is not."
              + Suggestion.sentence(scalar.text(), choice.words()));
    }
  }

  private void list(Value value, Schema.ListOf list, String what) {
    if (value instanceof Value.Sequence sequence) {
      for (Value item : sequence.items()) {
        check(item, list.item(), "each of " + what);
      }
    } else if (list.orSingle() && !isNothing(value)) {
      check(value, list.item(), what);
    } else {
      wrong(value, what, "a list");
    }
  }

  private void map(Value value, Schema.MapOf map, String what) {
    if (!(value instanceof Value.Mapping mapping)) {
      wrong(value, what, "a map (key: value)");
      return;
    }
    for (Value.Entry entry : mapping.entries()) {
      if (!map.key().accepts(entry.key())) {
        error(
            entry.keyOrigin(),
            "Invalid key",
            "A key of "
                + what
                + " must be "
                + map.key().meaning()
                + ". "
                + shown(entry.key())
                + " is not.");
      }
      check(entry.value(), map.value(), what + "." + entry.key().replaceAll("\\p{Cntrl}", "?"));
    }
  }

  private void fields(Value value, Schema.Fields fields, String what) {
    if (!(value instanceof Value.Mapping mapping)) {
      wrong(
          value,
          what,
          "a map with keys such as "
              + String.join(", ", fields.fields().keySet().stream().limit(3).toList()));
      return;
    }
    for (Value.Entry entry : mapping.entries()) {
      Schema.Field field = fields.fields().get(entry.key());
      if (field == null) {
        unknown(entry, fields);
      } else {
        check(
            entry.value(), field.shape(), what.isEmpty() ? entry.key() : what + "." + entry.key());
      }
    }
  }

  private void unknown(Value.Entry entry, Schema.Fields fields) {
    Set<String> known = fields.fields().keySet();
    String suggestion = Suggestion.sentence(entry.key(), known);
    error(
        entry.keyOrigin(),
        "Unknown key",
        shown(entry.key())
            + " is not a key of "
            + fields.name()
            + "."
            + (suggestion.isEmpty()
                ? " Its keys are " + String.join(", ", known) + "."
                : suggestion));
  }

  // Scalars, lists and maps tell the alternatives apart; "false" is the one scalar meaning "none".
  private void either(Value value, Schema.Either either, String what) {
    boolean off = either.shapes().contains(new Schema.Off());
    if (off
        && value instanceof Scalar s
        && s.type() == ScalarType.FLAG
        && s.text().equalsIgnoreCase("false")) {
      return;
    }
    for (Schema shape : either.shapes()) {
      if (off && shape instanceof Schema.Text text && value instanceof Scalar) {
        text(value, text.rule(), what, "; or false, for none");
        return;
      }
      if (!(shape instanceof Schema.Off) && fits(value, shape)) {
        check(value, shape, what);
        return;
      }
    }
    Schema first = either.shapes().getFirst();
    check(value, first, what);
  }

  private static boolean fits(Value value, Schema shape) {
    return switch (shape) {
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

  private void wrong(Value value, String what, String wanted) {
    error(
        value.origin(),
        "Wrong type",
        (what.isEmpty() ? "This" : what)
            + " must be "
            + wanted
            + ", not "
            + value.describe()
            + ".");
  }

  private void error(Origin origin, String summary, String detail) {
    mistakes.add(Diagnostic.error(origin, summary, detail));
  }
}

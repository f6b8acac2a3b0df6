// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.desired;

import dev.reconcile.model.GunicornSetting;
import dev.reconcile.model.Schema;
import dev.reconcile.model.Suggestion;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.util.Optional;
import java.util.Set;

/**
 * A key that a map of fixed keys does not have.
 *
 * @param meant the key that is certainly meant; otherwise the key as written
 * @param advice what to write, as sentences with a blank before them
 */
record UnknownKey(String meant, String advice) {
  /** Compares a key with the keys of its map. */
  static UnknownKey of(Value.Entry entry, Schema.Fields fields) {
    String key = entry.key();
    Set<String> known = fields.fields().keySet();
    Optional<String> meant = BlankHint.joinedKey(key, known::contains);
    if (meant.isPresent()) {
      return new UnknownKey(meant.get(), BlankHint.joinedAdvice(key, known::contains));
    }
    Optional<String> choice =
        fields.fields().entrySet().stream()
            .filter(field ->
                field.getValue().shape() instanceof Schema.Choice words
                    && words.words().contains(key))
            .findFirst()
            .map(field -> " Write %s: %s.".formatted(field.getKey(), key));
    if (choice.isPresent()) {
      return new UnknownKey(key, choice.get());
    }
    String suggestion = Suggestion.sentence(key, known);
    return new UnknownKey(
        key,
        ofGunicorn(entry, fields)
            .orElse(
                suggestion.isEmpty()
                    ? " Its keys are " + String.join(", ", known) + "."
                    : suggestion));
  }

  private static Optional<String> ofGunicorn(Value.Entry entry, Schema.Fields fields) {
    return fields.fields().entrySet().stream()
        .filter(field -> isOptions(field.getValue().shape()))
        .findFirst()
        .flatMap(field ->
            GunicornSetting.of(entry.key()).map(setting -> advice(entry, setting, field.getKey())));
  }

  private static boolean isOptions(Schema schema) {
    return schema instanceof Schema.MapOf map && map.key() == TextFormat.SETTING;
  }

  private static String advice(Value.Entry entry, GunicornSetting setting, String options) {
    if (!setting.isOption()) {
      return setting.key().isEmpty()
          ? " " + setting.refusal()
          : " gunicorn's setting of this name is set through " + setting.key() + ".";
    }
    String value =
        entry.value() instanceof Value.Scalar scalar && scalar.text().length() <= 40
            ? scalar.text()
            : "…";
    return " It is a setting of gunicorn: write %s: {%s: %s}."
        .formatted(options, entry.key(), value);
  }
}

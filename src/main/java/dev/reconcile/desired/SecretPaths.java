// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.desired;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.util.Locale;

/**
 * A map of names to the files that contain their values.
 *
 * <p>Invariant: no message repeats what is written in the place of a path, because it may be the
 * secret itself.
 */
final class SecretPaths {
  private SecretPaths() {}

  /** Tells whether a schema is that of such a map. */
  static boolean isOf(Schema.MapOf map) {
    return map.value() instanceof Schema.Text text && text.rule() == TextFormat.SECRET_FILE;
  }

  /** Returns the value; without excerpts of its lines if it contains anything but paths. */
  static Value hidden(Value value) {
    return switch (value) {
      case Value.Mapping map when map.entries().stream().allMatch(SecretPaths::isPath) -> map;
      case Value.Mapping map ->
          new Value.Mapping(
              map.entries().stream()
                  .map(
                      one -> new Value.Entry(one.key(), hidden(one.keyOrigin()), bare(one.value())))
                  .toList(),
              hidden(map.origin()));
      case Value.Scalar _, Value.Sequence _, Value.Refused _ -> bare(value);
    };
  }

  /** Returns the name of a secret for a message: the key up to what a name cannot contain. */
  static String name(String key) {
    return key.replaceFirst("(?s)[^A-Za-z0-9_].*", "");
  }

  /** Returns the error for a value that is no path. */
  static Diagnostic mistake(Value.Scalar value, String what) {
    String name = what.substring(what.lastIndexOf('.') + 1);
    return Diagnostic.error(
        hidden(value.origin()),
        "Secret without a path",
        """
        %s must be an absolute path. Write the value to a file of the host (owner root, mode 0600), and the \
        file's path here: "%s: /etc/shop/%s". If a commit contains the value, replace it.\
        """
            .formatted(what, name, name.toLowerCase(Locale.ROOT)));
  }

  private static boolean isPath(Value.Entry entry) {
    return entry.value() instanceof Value.Scalar scalar && scalar.text().startsWith("/");
  }

  private static Value bare(Value value) {
    Origin origin = hidden(value.origin());
    return switch (value) {
      case Value.Scalar scalar -> new Value.Scalar(scalar.text(), scalar.type(), origin);
      case Value.Sequence list -> new Value.Sequence(list.items(), origin);
      case Value.Mapping map -> new Value.Mapping(map.entries(), origin);
      case Value.Refused _ -> new Value.Refused(origin);
    };
  }

  private static Origin hidden(Origin origin) {
    return new Origin(origin.file(), origin.line(), origin.column(), "");
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.desired;

import dev.reconcile.allocate.AllocationError;
import dev.reconcile.allocate.Allocations;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The ledger as the file {@code allocations.yaml}. Only {@code reconcile allocate} writes it, and a
 * person commits it. It is sorted, so that merges are small.
 */
public final class AllocationsFile {
  /** The path of the file in the tree. */
  public static final String PATH = "allocations.yaml";

  private static final Schema.Fields SHAPE =
      Schema.fields("allocations.yaml")
          .with("version", Schema.whole(1, 1), "the format's version: 1")
          .with("algorithm", Schema.text(TextFormat.LINE), "the algorithm that chooses new numbers")
          .with(
              "numbers", Schema.mapOf(TextFormat.APP_NAME, Schema.whole(1, 65535)), "app to number")
          .build();

  private AllocationsFile() {}

  /**
   * Returns the ledger of a tree; empty if the tree has none. Mistakes are added to the builder.
   */
  static Allocations read(DesiredStateBuilder builder) {
    try {
      Optional<byte[]> bytes = builder.tree().read(PATH, YamlReader.MOST_BYTES);
      if (bytes.isEmpty()) {
        return Allocations.EMPTY;
      }
      long before = builder.diagnostics().errors();
      Optional<Value.Mapping> map =
          YamlReader.read(PATH, bytes.get(), builder.diagnostics().sink());
      map.ifPresent(
          value -> new SchemaValidator(builder.diagnostics().sink()).check(value, SHAPE, ""));
      return map.isEmpty() || builder.diagnostics().errors() > before
          ? Allocations.EMPTY
          : allocations(new Table(map.get()));
    } catch (FileTree.Unreadable e) {
      builder.error(Origin.of(PATH), "Unusable file", String.valueOf(e.getMessage()));
      return Allocations.EMPTY;
    }
  }

  private static Allocations allocations(Table file) {
    SortedMap<String, Integer> numbers = new TreeMap<>();
    file.pairs("numbers").forEach((app, number) -> numbers.put(app, Integer.parseInt(number)));
    return new Allocations(file.text("algorithm", Allocations.ALGORITHM), numbers);
  }

  /** Returns the file's text. */
  public static String text(Allocations allocations) {
    StringBuilder text =
        new StringBuilder(
            """
            # Which app has which port or suffix. Written by: reconcile allocate. \
            Commit it.
            # The number of an app that was removed waits for it until it is \
            released.
            version: 1
            algorithm: %s
            numbers:%s\
            """
                .formatted(
                    allocations.algorithm(), allocations.numbers().isEmpty() ? " {}\n" : "\n"));
    allocations
        .numbers()
        .forEach((app, number) ->
            text.append("  ").append(key(app)).append(": ").append(number).append('\n'));
    return text.toString();
  }

  // YAML reads an unquoted name of digits as a number, and may read "no" or "null" as another type.
  private static String key(String app) {
    return app.matches("[a-z][a-z0-9_-]*") && !app.matches("true|false|null|yes|no|on|off|y|n")
        ? app
        : '"' + app + '"';
  }

  /** An error in the numbers of the file. */
  public static Diagnostic diagnostic(AllocationError error) {
    Diagnostic plain = Diagnostic.error(Origin.of(PATH), "Unusable number", error.detail());
    return error.command().map(plain::withCommand).orElse(plain);
  }
}

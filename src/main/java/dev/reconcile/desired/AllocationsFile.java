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
 * The ledger as {@code allocations.yaml}. It is written by {@code reconcile allocate} alone and
 * committed by a person; sorted, so that merges are small.
 */
public final class AllocationsFile {
  /** Its path in the tree. */
  public static final String PATH = "allocations.yaml";

  private static final Schema.Fields SHAPE =
      Schema.fields("allocations.yaml")
          .with("version", Schema.whole(1, 1), "the format's version: 1")
          .with("algorithm", Schema.text(TextFormat.LINE), "by which new numbers are chosen")
          .with(
              "numbers", Schema.mapOf(TextFormat.APP_NAME, Schema.whole(1, 65535)), "app to number")
          .build();

  private AllocationsFile() {}

  /** The ledger of a tree; empty if it has none. Mistakes go into the book. */
  static Allocations read(Book book) {
    try {
      Optional<byte[]> bytes = book.tree().read(PATH, YamlReader.MOST_BYTES);
      if (bytes.isEmpty()) {
        return Allocations.EMPTY;
      }
      long before = book.errors();
      Optional<Value.Mapping> map = YamlReader.read(PATH, bytes.get(), book.mistakes());
      map.ifPresent(value -> new SchemaValidator(book.mistakes()).check(value, SHAPE, ""));
      return map.isEmpty() || book.errors() > before
          ? Allocations.EMPTY
          : ledger(new Table(map.get()));
    } catch (FileTree.Unreadable e) {
      book.error(Origin.of(PATH), "A file cannot be used", String.valueOf(e.getMessage()));
      return Allocations.EMPTY;
    }
  }

  private static Allocations ledger(Table file) {
    SortedMap<String, Integer> numbers = new TreeMap<>();
    file.pairs("numbers").forEach((app, number) -> numbers.put(app, Integer.parseInt(number)));
    return new Allocations(file.text("algorithm", Allocations.ALGORITHM), numbers);
  }

  /** The file's text. */
  public static String text(Allocations ledger) {
    StringBuilder text =
        new StringBuilder(
            "# Which app has which port or suffix. Written by: reconcile allocate. Commit it.\n"
                + "# The number of an app that was removed waits for it until it is released.\n"
                + "version: 1\nalgorithm: "
                + ledger.algorithm()
                + "\nnumbers:"
                + (ledger.numbers().isEmpty() ? " {}\n" : "\n"));
    ledger
        .numbers()
        .forEach((app, number) ->
            text.append("  ").append(key(app)).append(": ").append(number).append('\n'));
    return text.toString();
  }

  // a name of digits only would be read as a number, and "no" or "null" may be read as something
  // else
  private static String key(String app) {
    return app.matches("[a-z][a-z0-9_-]*") && !app.matches("true|false|null|yes|no|on|off|y|n")
        ? app
        : '"' + app + '"';
  }

  /** An error in the numbers of the file. */
  public static Diagnostic diagnostic(AllocationError error) {
    Diagnostic plain = Diagnostic.error(Origin.of(PATH), "A number cannot be used", error.detail());
    return error.command().map(plain::withCommand).orElse(plain);
  }
}

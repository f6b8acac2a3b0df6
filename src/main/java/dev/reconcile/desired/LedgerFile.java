package dev.reconcile.desired;

import dev.reconcile.allocate.Ledger;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Rule;
import dev.reconcile.model.Shape;
import dev.reconcile.model.Value;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The ledger as {@code allocations.yaml}. It is written by {@code reconcile allocate} alone and
 * committed by a person; sorted, so that merges are small.
 */
public final class LedgerFile {
  /** Its path in the tree. */
  public static final String PATH = "allocations.yaml";

  private static final Shape.Fields SHAPE =
      Shape.fields("allocations.yaml")
          .with("version", Shape.whole(1, 1), "the format's version: 1")
          .with("algorithm", Shape.text(Rule.LINE), "by which new numbers are chosen")
          .with("numbers", Shape.mapOf(Rule.APP_NAME, Shape.whole(1, 65535)), "app to number")
          .build();

  private LedgerFile() {}

  /** The ledger of a tree; empty if it has none. Mistakes go into the book. */
  static Ledger read(Book book) {
    try {
      Optional<byte[]> bytes = book.tree().read(PATH, YamlReader.MOST_BYTES);
      if (bytes.isEmpty()) {
        return Ledger.EMPTY;
      }
      long before = book.errors();
      Optional<Value.Mapping> map = YamlReader.read(PATH, bytes.get(), book.mistakes());
      map.ifPresent(value -> new Checker(book.mistakes()).check(value, SHAPE, ""));
      return map.isEmpty() || book.errors() > before ? Ledger.EMPTY : ledger(new Table(map.get()));
    } catch (FileTree.Unreadable e) {
      book.error(Origin.of(PATH), "A file cannot be used", "" + e.getMessage());
      return Ledger.EMPTY;
    }
  }

  private static Ledger ledger(Table file) {
    SortedMap<String, Integer> numbers = new TreeMap<>();
    file.pairs("numbers").forEach((app, number) -> numbers.put(app, Integer.parseInt(number)));
    return new Ledger(file.text("algorithm", Ledger.ALGORITHM), numbers);
  }

  /** The file's text. */
  public static String text(Ledger ledger) {
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
}

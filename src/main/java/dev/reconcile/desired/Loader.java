package dev.reconcile.desired;

import dev.reconcile.allocate.Allocations;
import dev.reconcile.allocate.Pool;
import dev.reconcile.app.App;
import dev.reconcile.app.AppDecoder;
import dev.reconcile.app.AppShape;
import dev.reconcile.app.HostSettings;
import dev.reconcile.kind.Kind;
import dev.reconcile.kind.Kinds;
import dev.reconcile.kind.Section;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Schema;
import dev.reconcile.model.Suggestion;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads a desired-state tree: its main file, the host's own file, the apps. No host is needed; what
 * depends on one comes later.
 */
public final class Loader {
  private static final String MAIN = "reconcile.yaml";
  private static final int DEFAULT_MAX_PRUNE = 3;

  private final Book book;
  private final SchemaValidator checker;

  private Loader(Book book) {
    this.book = book;
    this.checker = new SchemaValidator(book.mistakes());
  }

  /**
   * What a tree declares.
   *
   * @param settings the host's settings
   * @param apps the apps that run on the host, by name; those that need a number have none yet
   * @param ledger the numbers that are in the repo
   */
  public record Loaded(HostSettings settings, List<App> apps, Allocations ledger) {
    public Loaded {
      apps = List.copyOf(apps);
    }
  }

  /**
   * Reads the tree of {@code book} for a host. Resources that need no app ({@code files}, {@code
   * units}, …) are declared in the book, and so are all mistakes.
   *
   * @param book what is collected
   * @param hostname picks {@code hosts/HOSTNAME.yaml}; empty for none
   */
  public static Loaded load(Book book, String hostname) {
    return new Loader(book).load(hostname);
  }

  private Loaded load(String hostname) {
    Value.Mapping main = main();
    Optional<Value.Mapping> own = hostname.isEmpty() ? Optional.empty() : host(hostname);
    Table host = new Table(own.map(main::overlaidWith).orElse(main));
    HostSettings settings = settings(host);
    // what stands in these files decides what is right in the apps, so without them nothing is told
    boolean sound = !book.hasErrors();
    hostFiles();
    Map<String, Value.Mapping> files = appFiles();
    if (!sound) {
      return new Loaded(settings, List.of(), Allocations.EMPTY);
    }
    Set<String> selected = selected(host, files.keySet());
    List<App> apps = new ArrayList<>();
    AppDecoder decoder = new AppDecoder(book, settings.logFormats().keySet());
    Value.Mapping defaults = host.table("defaults").map();
    files.forEach((name, map) -> {
      Origin file = Origin.of("apps/" + name + ".yaml");
      decoder
          .decode(name, file, defaults.overlaidWith(map))
          .filter(app -> selected.contains(name))
          .ifPresent(apps::add);
    });
    new AppConflicts(book).check(apps);
    sections(host);
    return new Loaded(settings, apps, AllocationsFile.read(book));
  }

  private Value.Mapping main() {
    if (!book.tree().list("").contains(MAIN)) {
      boolean nested = book.tree().hasFolder("desired-state");
      book.error(
          Origin.of(MAIN),
          "No reconcile.yaml",
          "The tree has no "
              + MAIN
              + (nested
                  ? ". Did you mean --path desired-state?"
                  : "; with --path you can name the"
                      + " folder of the repo that has it. The least it can hold is \"version: 1\"."));
      return new Value.Mapping(List.of(), Origin.of(MAIN));
    }
    Value.Mapping main = read(MAIN, HostShape.MAIN);
    if (main.get("version").isEmpty() && !book.hasErrors()) {
      book.error(Origin.of(MAIN), "No version", "Begin the file with \"version: 1\".");
    }
    return main;
  }

  private void hostFiles() {
    for (String file : book.tree().list("hosts")) {
      if (!file.startsWith(".") && !file.endsWith(".yaml")) {
        book.error(
            Origin.of("hosts/" + file),
            "Not a host",
            "Only HOSTNAME.yaml files belong into hosts/."
                + (file.endsWith(".yml") ? " Rename it to end in .yaml." : ""));
      }
    }
  }

  private Optional<Value.Mapping> host(String hostname) {
    String file = hostname + ".yaml";
    return book.tree().list("hosts").contains(file)
        ? Optional.of(read("hosts/" + file, HostShape.HOST))
        : Optional.empty();
  }

  // A file with a mistake is left as empty: one mistake must not cause others elsewhere.
  private Value.Mapping read(String path, Schema.Fields shape) {
    Value.Mapping nothing = new Value.Mapping(List.of(), Origin.of(path));
    try {
      Optional<byte[]> bytes = book.tree().read(path, YamlReader.MOST_BYTES);
      long before = book.errors();
      int known = book.mistakes().size();
      Value.Mapping map =
          bytes.flatMap(b -> YamlReader.read(path, b, book.mistakes())).orElse(nothing);
      book.adviseSince(known);
      checker.check(map, shape, "");
      return book.errors() > before ? nothing : map;
    } catch (FileTree.Unreadable e) {
      book.error(Origin.of(path), "A file cannot be used", "" + e.getMessage());
      return nothing;
    }
  }

  private HostSettings settings(Table host) {
    return new HostSettings(
        host.table("nginx").pairs("log_formats"),
        Set.copyOf(host.texts("protect")),
        host.table("limits").whole("max_prune", DEFAULT_MAX_PRUNE),
        pool(host.table("allocation")),
        Origin.of(MAIN));
  }

  private Pool pool(Table allocation) {
    String range = allocation.text("ports", Pool.USUAL.toString());
    int dash = range.indexOf('-');
    int low = Integer.parseInt(range.substring(0, dash));
    int high = Integer.parseInt(range.substring(dash + 1));
    if (low < 1 || low > high || high > 65535) {
      book.error(
          allocation.origin("ports"),
          "Not a range of ports",
          range + " must go from a lower to a higher port, within 1-65535.");
      return Pool.USUAL;
    }
    SortedSet<Integer> reserved = new TreeSet<>();
    allocation.texts("reserved").forEach(text -> reserved.add(Integer.parseInt(text)));
    return new Pool(allocation.text("key", ""), low, high, reserved);
  }

  private Map<String, Value.Mapping> appFiles() {
    Map<String, Value.Mapping> files = new TreeMap<>();
    for (String file : book.tree().list("apps")) {
      if (file.startsWith(".")) {
        continue;
      }
      String path = "apps/" + file;
      if (!file.endsWith(".yaml")) {
        book.error(
            Origin.of(path),
            "Not an app",
            "Only NAME.yaml files belong into apps/."
                + (file.endsWith(".yml") ? " Rename it to end in .yaml." : ""));
        continue;
      }
      String name = file.substring(0, file.length() - ".yaml".length());
      if (!TextFormat.APP_NAME.accepts(name)) {
        book.error(
            Origin.of(path),
            "Not a name for an app",
            "The file's name must be " + TextFormat.APP_NAME.meaning() + ", and .yaml.");
        continue;
      }
      long before = book.errors();
      Value.Mapping map = read(path, AppShape.APP);
      if (book.errors() == before) {
        files.put(name, map);
      }
    }
    return files;
  }

  private Set<String> selected(Table host, Set<String> known) {
    if (!host.has("apps")) {
      return Set.copyOf(known);
    }
    Set<String> selected = new HashSet<>();
    for (Value item : host.items("apps")) {
      String name = Table.textOf(item).orElse("");
      selected.add(name);
      if (!known.contains(name) && !book.hasErrors()) {
        book.error(
            item.origin(),
            "No such app",
            "There is no apps/" + name + ".yaml." + Suggestion.sentence(name, known));
      }
    }
    return selected;
  }

  private void sections(Table host) {
    for (Kind<?> kind : Kinds.ALL) {
      Optional<Section> section = kind.section();
      if (section.isPresent()) {
        Section one = section.get();
        host.map().get(one.key()).ifPresent(value -> one.declare(value, book));
      }
    }
  }
}

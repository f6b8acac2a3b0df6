package dev.reconcile.desired;

import dev.reconcile.allocate.Allocations;
import dev.reconcile.app.App;
import dev.reconcile.app.AppSection;
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
import java.util.TreeMap;

/**
 * Reads a desired-state tree: its main file, the host's own file, the apps. No host is needed; what
 * depends on one comes later.
 */
public final class Loader {
  private static final String MAIN = "reconcile.yaml";

  private final Book book;
  private final SchemaValidator checker;
  private final Set<String> unread = new HashSet<>();

  private Loader(Book book) {
    this.book = book;
    this.checker = new SchemaValidator(book.mistakes());
  }

  /**
   * What a tree declares.
   *
   * @param settings the host's settings
   * @param apps the apps that run on the host, by name; those that need a number have none yet
   * @param faulty the names of apps of whose files something was refused: they are good for further
   *     checks of what is left alone
   * @param ledger the numbers that are in the repo
   */
  public record Loaded(
      HostSettings settings, List<App> apps, Set<String> faulty, Allocations ledger) {
    public Loaded {
      apps = List.copyOf(apps);
      faulty = Set.copyOf(faulty);
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
    HostSettings settings = HostSection.decode(host, Origin.of(MAIN), book);
    hostFiles();
    Map<String, Value.Mapping> files = appFiles();
    Set<String> selected = selected(host, files.keySet());
    List<App> apps = new ArrayList<>();
    Set<String> faulty = new HashSet<>();
    AppSection section = new AppSection(book, HostSection.logFormats(host));
    Value.Mapping defaults = defaults(host);
    files.forEach((name, map) -> {
      if (!isRead(map)) {
        return;
      }
      long before = book.errors();
      Value.Mapping merged = defaults.overlaidWith(map);
      App app = section.decode(name, Origin.of("apps/" + name + ".yaml"), merged);
      if (selected.contains(name)) {
        apps.add(app);
      }
      if (book.errors() > before || merged.hasRefused()) {
        faulty.add(name);
      }
    });
    new AppConflicts(book).check(apps);
    sections(host);
    return new Loaded(settings, apps, faulty, AllocationsFile.read(book));
  }

  // What a file that cannot be read would have said is missed nowhere.
  private Value.Mapping defaults(Table host) {
    boolean known =
        unread.isEmpty()
            && !host.isRefused(HostSection.DEFAULTS)
            && (host.has(HostSection.DEFAULTS) || host.isClearlyWithout(HostSection.DEFAULTS));
    return known
        ? host.table(HostSection.DEFAULTS).map()
        : AppSection.unknown(host.origin()).overlaidWith(host.table(HostSection.DEFAULTS).map());
  }

  private boolean isRead(Value.Mapping map) {
    return !unread.contains(map.origin().file());
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
      unread.add(MAIN);
      return new Value.Mapping(List.of(), Origin.of(MAIN));
    }
    Value.Mapping main = read(MAIN, HostSection.MAIN);
    if (isRead(main) && new Table(main).isClearlyWithout(HostSection.VERSION)) {
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
        ? Optional.of(read("hosts/" + file, HostSection.HOST))
        : Optional.empty();
  }

  // Parts with a mistake are marked as refused; a file that is no map is empty, and known as
  // unread.
  private Value.Mapping read(String path, Schema.Fields schema) {
    try {
      Optional<byte[]> bytes = book.tree().read(path, YamlReader.MOST_BYTES);
      int known = book.mistakes().size();
      Optional<Value.Mapping> map = bytes.flatMap(b -> YamlReader.read(path, b, book.mistakes()));
      book.adviseSince(known);
      if (map.isPresent() && checker.check(map.get(), schema, "") instanceof Value.Mapping sound) {
        return sound;
      }
    } catch (FileTree.Unreadable e) {
      book.error(Origin.of(path), "A file cannot be used", String.valueOf(e.getMessage()));
    }
    unread.add(path);
    return new Value.Mapping(List.of(), Origin.of(path));
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
      files.put(name, read(path, AppSection.SCHEMA));
    }
    return files;
  }

  private Set<String> selected(Table host, Set<String> known) {
    if (!host.has(HostSection.APPS) || host.isRefused(HostSection.APPS)) {
      return Set.copyOf(known);
    }
    Set<String> selected = new HashSet<>();
    for (Value item : host.items(HostSection.APPS)) {
      String name = Table.textOf(item).orElse("");
      selected.add(name);
      if (!known.contains(name)) {
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
        host.get(one.key()).ifPresent(value -> one.declare(value, book));
      }
    }
  }
}

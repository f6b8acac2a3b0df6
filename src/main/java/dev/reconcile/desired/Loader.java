// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.desired;

import dev.reconcile.allocate.Allocations;
import dev.reconcile.app.App;
import dev.reconcile.app.AppSection;
import dev.reconcile.app.Balance;
import dev.reconcile.app.BalanceSection;
import dev.reconcile.app.HostSettings;
import dev.reconcile.app.Hosts;
import dev.reconcile.kind.Kind;
import dev.reconcile.kind.Kinds;
import dev.reconcile.kind.Section;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Diagnostic;
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
 * The loader of a desired-state tree: its main file, the host's own file, the apps. It needs no
 * host; checks that depend on one come later.
 */
public final class Loader {
  private static final String MAIN = "reconcile.yaml";
  private static final String APPS = "apps/";

  private final DesiredStateBuilder builder;
  private final SchemaValidator checker;
  private Optional<BalanceReader> balances = Optional.empty();
  private final Set<String> unread = new HashSet<>();
  private final Set<String> misnamed = new HashSet<>();

  private Loader(DesiredStateBuilder builder) {
    this.builder = builder;
    this.checker = new SchemaValidator(builder.diagnostics().sink());
  }

  /**
   * The content of a tree.
   *
   * @param settings the host's settings
   * @param apps the apps that run on the host, by name; apps that need a number have none yet
   * @param fronts the apps that run on other hosts, and whose visitors this host lets in
   * @param faulty the names of apps whose files contain a refused value; such an app may be used
   *     only to check its remaining values
   * @param allocations the numbers that are in the repo
   */
  public record Loaded(
      HostSettings settings,
      List<App> apps,
      List<App> fronts,
      Set<String> faulty,
      Allocations allocations) {
    public Loaded {
      apps = List.copyOf(apps);
      fronts = List.copyOf(fronts);
      faulty = Set.copyOf(faulty);
    }

    /** Returns whether an app of this host is one on several hosts. */
    public boolean hasBalance() {
      return !fronts.isEmpty() || apps.stream().anyMatch(app -> app.balance().isPresent());
    }
  }

  /**
   * Reads the tree of {@code builder} for a host. It declares resources that need no app ({@code
   * files}, {@code units}, …) in the builder, and adds all mistakes to it.
   *
   * @param builder receives declarations and mistakes
   * @param hostname selects {@code hosts/HOSTNAME.yaml}; empty for none
   */
  public static Loaded load(DesiredStateBuilder builder, String hostname) {
    return new Loader(builder).load(hostname);
  }

  private Loaded load(String hostname) {
    Value.Mapping main = main();
    Optional<Value.Mapping> own = hostname.isEmpty() ? Optional.empty() : host(hostname);
    Table host = new Table(own.map(main::overlaidWith).orElse(main));
    HostSettings settings = HostSection.decode(host, Origin.of(MAIN), builder);
    hostFiles();
    Map<String, Value.Mapping> files = appFiles();
    Set<String> selected = selected(host, files.keySet());
    List<App> apps = new ArrayList<>();
    List<App> fronts = new ArrayList<>();
    Set<String> faulty = new HashSet<>();
    AppSection section =
        new AppSection(builder, HostSection.logFormats(host), new Hosts(hostname, hostNames()));
    Value.Mapping defaults = defaults(host);
    files.forEach((name, map) -> {
      if (!isRead(map)) {
        return;
      }
      long before = builder.diagnostics().errors();
      Value.Mapping merged = defaults.overlaidWith(map);
      App app = section.decode(name, Origin.of(APPS + name + ".yaml"), merged);
      if (merged.get(BalanceSection.BALANCE.name()).isPresent()) {
        app = balances(hostname).read(app, new Table(merged));
      }
      boolean isBalanced = app.balance().isPresent() && !hostname.isEmpty();
      if (isBalanced) {
        place(app, apps, fronts, host);
      } else if (selected.contains(name)) {
        apps.add(app);
      }
      if (builder.diagnostics().errors() > before || merged.hasRefused()) {
        faulty.add(name);
      }
    });
    List<App> mounted = new MountReader(builder, files.keySet(), apps).read();
    new AppConflicts(builder).check(mounted, fronts);
    settings
        .fleet()
        .ifPresent(fleet -> {
          OtherHosts hosts = new OtherHosts(builder.tree(), hostNames(), new ArrayList<>());
          new CanaryCheck(builder, hosts).check(fleet, canaries(host), apps);
        });
    sections(host);
    return new Loaded(settings, mounted, fronts, faulty, AllocationsFile.read(builder));
  }

  private BalanceReader balances(String hostname) {
    BalanceReader reader =
        balances.orElseGet(() ->
            new BalanceReader(
                builder,
                new OtherHosts(builder.tree(), hostNames(), builder.diagnostics().sink()),
                hostname));
    balances = Optional.of(reader);
    return reader;
  }

  // The hosts of a balanced app are those of its balance, whatever apps a host would else run.
  private void place(App app, List<App> apps, List<App> fronts, Table host) {
    Balance hosts = app.balance().orElseThrow();
    if (hosts.isBack()) {
      apps.add(app);
    } else if (hosts.isFront()) {
      fronts.add(app);
    } else if (host.has(HostSection.APPS)) {
      host.items(HostSection.APPS).stream()
          .filter(item -> Table.textOf(item).equals(Optional.of(app.name())))
          .forEach(item ->
              builder.error(
                  item.origin(),
                  "App of other hosts",
                  """
                  balance of %s names the hosts that serve it (%s), and not this one. Remove it \
                  here, or add this host to balance.to.\
                  """
                      .formatted(app.name(), hosts.origin().words())));
    }
  }

  // A main or host file that cannot be read might set any default, so no key counts as missing
  // then. The file of another app sets none.
  private Value.Mapping defaults(Table host) {
    boolean known =
        unread.stream().allMatch(file -> file.startsWith(APPS))
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
    if (!builder.tree().list("").contains(MAIN)) {
      boolean nested = builder.tree().hasFolder("desired-state");
      builder.error(
          Origin.of(MAIN),
          "No reconcile.yaml",
          "The tree has no %s%s"
              .formatted(
                  MAIN,
                  nested
                      ? ". Did you mean --path desired-state?"
                      : """
                      . Name the folder of the repo that has it with --path. The \
                      smallest file is "version: 1".\
                      """));
      unread.add(MAIN);
      return new Value.Mapping(List.of(), Origin.of(MAIN));
    }
    Value.Mapping main = read(MAIN, HostSection.MAIN);
    if (isRead(main) && new Table(main).isClearlyWithout(HostSection.VERSION)) {
      builder.error(Origin.of(MAIN), "No version", "Begin the file with \"version: 1\".");
    }
    return main;
  }

  private void hostFiles() {
    for (String file : builder.tree().list("hosts")) {
      if (!file.startsWith(".") && !file.endsWith(".yaml")) {
        builder.error(
            Origin.of("hosts/" + file),
            "Unexpected file in hosts/",
            "Only HOSTNAME.yaml files belong into hosts/.%s"
                .formatted(file.endsWith(".yml") ? " Rename it to end in .yaml." : ""));
      }
    }
  }

  private SortedSet<String> hostNames() {
    SortedSet<String> names = new TreeSet<>();
    for (String file : builder.tree().list("hosts")) {
      if (!file.startsWith(".") && file.endsWith(".yaml")) {
        names.add(file.substring(0, file.length() - ".yaml".length()));
      }
    }
    return names;
  }

  private static Origin canaries(Table host) {
    return host.table(FleetSection.FLEET).origin(FleetSection.CANARY);
  }

  private Optional<Value.Mapping> host(String hostname) {
    return hostNames().contains(hostname)
        ? Optional.of(read("hosts/" + hostname + ".yaml", HostSection.HOST))
        : Optional.empty();
  }

  // Marks values with a mistake as refused. A file that is no map becomes an empty map and is
  // recorded as unread.
  private Value.Mapping read(String path, Schema.Fields schema) {
    try {
      Optional<byte[]> bytes = builder.tree().read(path, YamlReader.MOST_BYTES);
      List<Diagnostic> found = new ArrayList<>();
      Optional<Value.Mapping> map = bytes.flatMap(b -> YamlReader.read(path, b, found));
      found.forEach(builder.diagnostics()::add);
      if (map.isPresent() && checker.check(map.get(), schema, "") instanceof Value.Mapping sound) {
        return sound;
      }
    } catch (FileTree.Unreadable e) {
      builder.error(Origin.of(path), "Unusable file", String.valueOf(e.getMessage()));
    }
    unread.add(path);
    return new Value.Mapping(List.of(), Origin.of(path));
  }

  private Map<String, Value.Mapping> appFiles() {
    Map<String, Value.Mapping> files = new TreeMap<>();
    for (String file : builder.tree().list("apps")) {
      if (file.startsWith(".")) {
        continue;
      }
      String path = APPS + file;
      if (!file.endsWith(".yaml")) {
        builder.error(
            Origin.of(path),
            "Unexpected file in apps/",
            "Only NAME.yaml files belong into apps/.%s"
                .formatted(file.endsWith(".yml") ? " Rename it to end in .yaml." : ""));
        if (file.endsWith(".yml")) {
          misnamed(path, file.substring(0, file.length() - ".yml".length()));
        }
        continue;
      }
      String name = file.substring(0, file.length() - ".yaml".length());
      if (!TextFormat.APP_NAME.accepts(name)) {
        builder.error(
            Origin.of(path),
            "Invalid app name",
            "The file's name must be " + TextFormat.APP_NAME.meaning() + ", and .yaml.");
        misnamed(path, name);
        continue;
      }
      files.put(name, read(path, AppSection.SCHEMA));
    }
    return files;
  }

  // The content of a file with a wrong name is checked too, and the app is not missing elsewhere.
  private void misnamed(String path, String name) {
    misnamed.add(name);
    read(path, AppSection.SCHEMA);
  }

  private Set<String> selected(Table host, Set<String> known) {
    if (!host.has(HostSection.APPS) || host.isRefused(HostSection.APPS)) {
      return Set.copyOf(known);
    }
    Set<String> selected = new HashSet<>();
    for (Value item : host.items(HostSection.APPS)) {
      String name = Table.textOf(item).orElse("");
      selected.add(name);
      if (!known.contains(name) && !misnamed.contains(name)) {
        builder.error(
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
        Section declaring = section.get();
        host.get(declaring.key()).ifPresent(value -> declaring.declare(value, builder));
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.kind.FileKind;
import dev.reconcile.model.Change;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.UnitFilePath;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The files of the host after a plan is applied: the live files with the plan's changes on top. */
final class FutureFiles {
  private static final int MOST_BYTES = 4 << 20;
  private static final int OTHERS_READ = 0004;
  private static final Set<String> WITHOUT_FILE =
      Set.of("device", "mount", "automount", "slice", "scope", "swap");

  private final Facts facts;
  private final List<Change> changes;
  private final Map<String, Optional<FileKind.Spec>> files = new HashMap<>();

  /**
   * A file and its text.
   *
   * @param text the text; empty if it is not a regular file, for example a link that masks a unit
   * @param isSecret whether it is not readable by all users
   */
  record Text(String text, boolean isSecret) {}

  FutureFiles(Facts facts, Plan plan) {
    this(facts, plan.changes().stream().map(PlannedChange::change).toList());
  }

  private FutureFiles(Facts facts, List<Change> changes) {
    this.facts = facts;
    this.changes = changes;
    for (Change change : changes) {
      if (change.address().kind().equals(FileKind.NAME)) {
        files.put(change.address().name(), after(change));
      }
    }
  }

  private static Optional<FileKind.Spec> after(Change change) {
    return change
        .declared()
        .map(Declared::spec)
        .filter(FileKind.Spec.class::isInstance)
        .map(FileKind.Spec.class::cast);
  }

  /**
   * Returns the files without the changes that belong to no app; empty if none of these changes is
   * a file of {@code unit}.
   */
  Optional<FutureFiles> withoutSharedFilesOf(String unit) {
    Predicate<Change> ofHost = change -> change.app().isEmpty();
    boolean any =
        changes.stream()
            .filter(ofHost)
            .flatMap(change -> UnitFilePath.of(change.address().name()).stream())
            .anyMatch(file -> file.isFor(unit));
    return any
        ? Optional.of(new FutureFiles(facts, changes.stream().filter(ofHost.negate()).toList()))
        : Optional.empty();
  }

  /** Reads the file at a path; empty if it will not exist. */
  Optional<Text> file(String path) throws HostException {
    Optional<FileKind.Spec> planned = files.get(path);
    if (planned != null) {
      return planned.map(
          spec -> new Text(spec.content().text(), !isForAll(spec.attributes().mode())));
    }
    Optional<Stat> stat = facts.stat(path);
    return stat.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Text(facts.text(path, MOST_BYTES).orElse(""), !isForAll(stat.get().mode())));
  }

  private static boolean isForAll(int mode) {
    return (mode & OTHERS_READ) != 0;
  }

  /** Reads an app's environment file. */
  Optional<Content> environment(String path) throws HostException {
    return file(path).map(text -> Content.secret(text.text()));
  }

  /** Lists the names in a directory. */
  NavigableSet<String> list(String folder) throws HostException {
    NavigableSet<String> names = new TreeSet<>(facts.list(folder));
    String prefix = folder + "/";
    files.forEach((path, after) -> {
      if (path.startsWith(prefix) && path.indexOf('/', prefix.length()) < 0) {
        String name = path.substring(prefix.length());
        boolean _ = after.isPresent() ? names.add(name) : names.remove(name);
      }
    });
    return names;
  }

  /** Reports whether a unit exists now, before the plan; units without a file always exist. */
  boolean isThere(String unit) throws HostException {
    if (WITHOUT_FILE.contains(UnitFilePath.typeOf(unit))) {
      return true;
    }
    for (String folder : UnitFilePath.FOLDERS) {
      Optional<String> template = UnitFilePath.templateOf(unit);
      if (facts.stat(folder + "/" + unit).isPresent()
          || (template.isPresent() && facts.stat(folder + "/" + template.get()).isPresent())) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns all files that systemd will read for a unit, in its order: the unit file, then the
   * drop-ins by name. Of drop-ins with one name the first found wins, and a link to /dev/null hides
   * the others (systemd.unit(5)).
   */
  List<Text> definition(String unit) throws HostException {
    List<Text> texts = new ArrayList<>();
    fragment(unit).ifPresent(texts::add);
    texts.addAll(dropIns(unit).values());
    return texts;
  }

  private Optional<Text> fragment(String unit) throws HostException {
    List<String> names = new ArrayList<>(List.of(unit));
    UnitFilePath.templateOf(unit).ifPresent(names::add);
    for (String name : names) {
      for (String folder : UnitFilePath.FOLDERS) {
        Optional<Text> text = file(folder + "/" + name);
        if (text.isPresent()) {
          return text;
        }
      }
    }
    return Optional.empty();
  }

  private NavigableMap<String, Text> dropIns(String unit) throws HostException {
    NavigableMap<String, Text> found = new TreeMap<>();
    for (String folder : UnitFilePath.FOLDERS) {
      for (String name : UnitFilePath.namesOf(unit)) {
        collect(folder + "/" + name + ".d", found);
      }
    }
    for (String folder : UnitFilePath.FOLDERS) {
      collect(folder + "/" + UnitFilePath.typeOf(unit) + ".d", found);
    }
    return found;
  }

  private void collect(String folder, NavigableMap<String, Text> found) throws HostException {
    for (String name : list(folder)) {
      Optional<Text> text = file(folder + "/" + name);
      if (name.endsWith(".conf") && text.isPresent()) {
        found.putIfAbsent(name, text.get());
      }
    }
  }

  /** Returns the names of the current drop-ins for all units of a type. */
  NavigableSet<String> dropInsOfType(String type) throws HostException {
    NavigableSet<String> names = new TreeSet<>();
    for (String folder : UnitFilePath.FOLDERS) {
      facts.list(folder + "/" + type + ".d").stream()
          .filter(name -> name.endsWith(".conf"))
          .forEach(names::add);
    }
    return names;
  }
}

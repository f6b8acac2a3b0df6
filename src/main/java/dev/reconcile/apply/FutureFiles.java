// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.ConflictKind;
import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.PlannedFiles;
import dev.reconcile.kind.UnitDefinition;
import dev.reconcile.model.Change;
import dev.reconcile.model.Content;
import dev.reconcile.model.UnitFilePath;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The files of the host after a plan is applied: the live files with the plan's changes on top. */
final class FutureFiles {
  private static final Set<String> WITHOUT_FILE =
      Set.of("device", "mount", "automount", "slice", "scope", "swap");

  // a conflict is a file that goes, such as a unit file made by hand in the place of a template
  private static final Set<String> KINDS = Set.of(FileKind.NAME, ConflictKind.NAME);

  private final Facts facts;
  private final List<Change> changes;
  private final PlannedFiles files;

  FutureFiles(Facts facts, Plan plan) {
    this(facts, plan.changes().stream().map(PlannedChange::change).toList());
  }

  private FutureFiles(Facts facts, List<Change> changes) {
    this.facts = facts;
    this.changes = changes;
    this.files =
        PlannedFiles.after(
            facts,
            changes.stream().filter(change -> KINDS.contains(change.address().kind())).toList());
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
  Optional<PlannedFiles.Text> file(String path) throws HostException {
    return files.text(path);
  }

  /** Reads an app's environment file. */
  Optional<Content> environment(String path) throws HostException {
    return file(path).map(text -> Content.secret(text.text()));
  }

  /** Lists the names in a directory. */
  NavigableSet<String> list(String folder) throws HostException {
    return files.list(folder);
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

  /** Returns all files that systemd will read for a unit, in its order. */
  List<PlannedFiles.Text> definition(String unit) throws HostException {
    return UnitDefinition.of(unit, files);
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

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.DataKind;
import dev.reconcile.kind.DirectoryKind;
import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.PlannedFiles;
import dev.reconcile.model.Change;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Severity;
import dev.reconcile.model.VisitorCheck;
import dev.reconcile.nginx.ResolvedConfig;
import dev.reconcile.nginx.Server;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import dev.reconcile.web.UnreadableDirectory;
import dev.reconcile.web.UnreadableFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A check that nginx's workers can read what a site needs for its requests after a plan is applied.
 * nginx opens these files only for a request, so its test does not find them.
 */
final class UnreadableTrial {
  private final Facts facts;
  private final List<Change> changes;
  private final Planned planned;

  /** Creates the check of a plan. */
  UnreadableTrial(Facts facts, Plan plan) {
    this.facts = facts;
    this.changes = plan.changes().stream().map(PlannedChange::change).toList();
    this.planned = new Planned(PlannedFiles.after(facts, changes));
  }

  /**
   * Returns the warnings for a site.
   *
   * @param configuration nginx's configuration after the plan
   * @param servers the site's servers in it
   */
  List<Diagnostic> of(VisitorCheck site, ResolvedConfig configuration, List<Server> servers)
      throws HostException {
    List<Diagnostic> warnings = new ArrayList<>();
    for (UnreadableDirectory directory : UnreadableDirectory.of(facts, site.app(), servers)) {
      if (!isOpened(directory)) {
        warnings.add(directory.warning());
      }
    }
    for (UnreadableFile file :
        UnreadableFile.of(facts, planned, site.app(), configuration, servers)) {
      Diagnostic warning = file.warning();
      warnings.add(
          new Diagnostic(
              Severity.WARNING,
              warning.summary(),
              warning.detail(),
              origin(site, file.namedIn()),
              warning.command()));
    }
    return warnings;
  }

  // The plan gives a data folder that the site serves to nginx's group.
  private boolean isOpened(UnreadableDirectory directory) {
    return changes.stream()
        .filter(change -> change.address().kind().equals(DataKind.NAME))
        .anyMatch(change -> directory.detail().contains(change.address().name()));
  }

  private Optional<Origin> origin(VisitorCheck site, String file) {
    return changes.stream()
        .filter(change ->
            site.isAt(file)
                ? change.app().equals(site.app())
                : change.address().equals(FileKind.address(file)))
        .flatMap(change -> PlannedFiles.after(change).stream())
        .map(Declared::origin)
        .findFirst();
  }

  /** The files and directories of a plan. */
  private record Planned(PlannedFiles files) implements UnreadableFile.Planned {
    private static final Set<String> KNOWN = Set.of(FileKind.NAME, DirectoryKind.NAME);

    @Override
    public Optional<FileAttributes> made(String path) {
      Declared directory = files.resources().get(DirectoryKind.address(path));
      return directory != null && directory.spec() instanceof DirectoryKind.Spec spec
          ? Optional.of(spec.attributes())
          : files.made(path).map(FileKind.Spec::attributes);
    }

    @Override
    public boolean removes(String path) {
      return files.removes(path);
    }

    @Override
    public boolean isOpen(String path) {
      return files.resources().keySet().stream()
          .filter(address -> !KNOWN.contains(address.kind()))
          .anyMatch(address -> (path + "/").startsWith(address.name() + "/"));
    }
  }
}

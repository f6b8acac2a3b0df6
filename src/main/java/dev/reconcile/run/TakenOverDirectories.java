// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.app.App;
import dev.reconcile.code.CommitTrees;
import dev.reconcile.code.Sizes;
import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.kind.CheckoutKind;
import dev.reconcile.kind.Kinds;
import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Step;
import dev.reconcile.model.Step.TreeRef;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The check that a take-over does not move away a folder with data, or a folder that another
 * service uses. Such an app is held, because nobody looks for a database in a backup, and backups
 * are pruned.
 *
 * <p>Invariant: the check opens only the records of virtualenvs, and files that a git tree tracks
 * and whose size or time differs from git's index.
 */
final class TakenOverDirectories {
  private static final int MOST_ENTRIES = 200_000;
  private static final int MOST_TOLD = 6;

  private final Host host;
  private final Facts facts;
  private final CommitTrees trees;
  private final List<App> apps;
  private final Set<Address> declared;
  private final String hostname;
  private final DataMoves moves;
  private Optional<DirectoryUsers> users = Optional.empty();

  /**
   * @param host the host
   * @param reading the loaded desired state
   * @param hostname the machine's name, for {@code %H} in units
   * @param moves the moves of data out of the directories
   */
  TakenOverDirectories(Host host, LoadedRevision reading, String hostname, DataMoves moves) {
    this.moves = moves;
    this.host = host;
    this.facts = host.facts();
    this.trees = reading.checkouts().trees();
    this.apps = reading.apps();
    this.declared = reading.desired().resources().keySet();
    this.hostname = hostname;
  }

  /**
   * A folder in the way, or the target of a link in the way.
   *
   * @param path the path in the way
   * @param place the folder itself, without links
   * @param isLink whether the path in the way is a link
   */
  private record Folder(String path, String place, boolean isLink) {}

  /** Returns the faults by app; the fault of a take-over that belongs to no app has the name "". */
  SortedMap<String, Diagnostic> faults(Plan plan) throws HostException {
    Set<String> moved = DataMoves.moved(plan);
    SortedMap<String, Diagnostic> faults = new TreeMap<>();
    for (PlannedChange planned : plan.changes()) {
      if (planned.change() instanceof Change.TakeOver change) {
        for (PhasedStep action : planned.actions()) {
          if (action.step() instanceof Step.BackUp backup) {
            Optional<Folder> folder = folder(change, backup.path());
            Optional<Diagnostic> fault =
                folder.isPresent() ? fault(change, folder.get(), moved) : Optional.empty();
            fault.ifPresent(diagnostic -> faults.putIfAbsent(change.app(), diagnostic));
          }
        }
      }
    }
    return faults;
  }

  private Optional<Folder> folder(Change.TakeOver change, String path) throws HostException {
    Optional<Stat.Type> type = facts.stat(path).map(Stat::type);
    if (type.equals(Optional.of(Stat.Type.DIRECTORY))) {
      return Optional.of(new Folder(path, path, false));
    }
    boolean isTree = Kinds.isVersioned(change.address());
    if (!isTree || !type.equals(Optional.of(Stat.Type.LINK))) {
      return Optional.empty();
    }
    Optional<String> real = facts.realPath(path);
    boolean leadsToFolder =
        real.isPresent()
            && facts.stat(real.get()).stream().anyMatch(s -> s.type() == Stat.Type.DIRECTORY);
    return leadsToFolder ? Optional.of(new Folder(path, real.get(), true)) : Optional.empty();
  }

  private Optional<Diagnostic> fault(Change.TakeOver change, Folder folder, Set<String> moved)
      throws HostException {
    DataInside inside = moves.inside(change.app(), folder.path(), folder.place(), moved);
    if (!inside.commands().isEmpty()) {
      return Optional.of(elsewhere(change, folder, inside));
    }
    if (!inside.unmoved().isEmpty()) {
      return Optional.of(
          Diagnostic.error(
              change.after().origin(),
              "Data in a directory to take over",
              "--take-over would move %s into the backup, which is pruned. %s%s"
                  .formatted(folder.path(), inside.why(), stays(change))));
    }
    DataRule rule = rule(change, folder);
    boolean whole =
        facts
            .folders()
            .lookThrough(folder.place(), MOST_ENTRIES, item -> !inside.has(item) && rule.see(item));
    List<DataRule.Found> found = rule.found();
    if (!whole || !found.isEmpty()) {
      return Optional.of(
          Diagnostic.error(
              change.after().origin(),
              folder.isLink()
                  ? "Data missing from the new source"
                  : "Data in a directory to take over",
              data(change, folder, found, whole) + inside.offer() + stays(change)));
    }
    Optional<App> app =
        apps.stream().filter(candidate -> candidate.name().equals(change.app())).findFirst();
    Set<String> names = new LinkedHashSet<>(List.of(folder.path(), folder.place()));
    List<String> others = app.isPresent() ? users().of(app.get(), names) : List.of();
    return others.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Diagnostic.error(
                change.after().origin(),
                "Directory used by another service",
                """
                %s would be replaced, but it is named by %s, which would lose the files that \
                exist only there. Move these files to another directory. Or keep the \
                directory as it is, and %s.%s\
                """
                    .formatted(
                        folder.path(),
                        String.join(", ", others),
                        instead(change, folder),
                        stays(change))));
  }

  // The app would get an empty folder, and its data would stay where nobody looks for it.
  private static Diagnostic elsewhere(Change.TakeOver change, Folder folder, DataInside inside) {
    return Diagnostic.error(
            change.after().origin(),
            "Data behind a link",
            """
            In %s, links lead to data of %s elsewhere (%s). The new code would get empty folders. \
            Let the new places of the data lead there, too, and apply again.%s\
            """
                .formatted(
                    folder.path(), change.app(), String.join(", ", inside.links()), stays(change)))
        .withCommand(String.join(" && ", inside.commands()));
  }

  // systemd is asked only if a folder is taken over.
  private DirectoryUsers users() throws HostException {
    if (users.isEmpty()) {
      users = Optional.of(new DirectoryUsers(host, declared, hostname));
    }
    return users.get();
  }

  private DataRule rule(Change.TakeOver change, Folder folder) throws HostException {
    Optional<TreeRef> tree =
        change.after().spec() instanceof CheckoutKind.Spec spec
            ? Optional.of(spec.tree())
            : Optional.empty();
    var place = host.onDisk(folder.place());
    return new DataRule(
        new FolderGit(place, trees, tree),
        facts.folders()::isOurs,
        facts.folders().openBelow(folder.place()),
        new FolderVirtualenvs(place));
  }

  private String data(
      Change.TakeOver change, Folder folder, List<DataRule.Found> found, boolean whole) {
    StringBuilder text = new StringBuilder();
    text.append(
        folder.isLink()
            ? "%s leads to %s, and the new code does not use that directory"
                .formatted(folder.path(), folder.place())
            : "--take-over would move " + folder.path() + " into the backup, which is pruned");
    text.append(". In it ");
    text.append(found.isEmpty() ? "are too many files to check" : "these files look like data:");
    found.stream()
        .limit(MOST_TOLD)
        .forEach(item -> text.append("\n    ").append(line(folder.place(), item)));
    if (found.size() > MOST_TOLD) {
      text.append("\n    … and ").append(found.size() - MOST_TOLD).append(" more");
    }
    if (!whole) {
      text.append(found.isEmpty() ? "." : "\n    … and more, in too many files to check");
    }
    text.append('\n').append(DataRule.WORDS);
    text.append(
        """

        Commit the files that belong to the app. Delete those that it does not need. Name its \
        data under "data", or move it to another directory, and configure the app for it. Or keep \
        the directory as it is,\
        """);
    text.append(" and ").append(instead(change, folder)).append('.');
    return text.toString();
  }

  private static String instead(Change change, Folder folder) {
    return switch (change.address().kind()) {
      case CheckoutKind.NAME ->
          """
          set another path with the key directory, or run the app from there with source: \
          {path: %s}\
          """
              .formatted(folder.path());
      case VenvKind.NAME -> "set another path with the key venv.directory";
      default -> "choose another path";
    };
  }

  private static String line(String place, DataRule.Found item) {
    if (!item.what().isEmpty()) {
      return item.path() + " (" + item.what() + ")" + kept(place + "/" + item.path());
    }
    String files = item.files() == 1 ? "1 file, " : item.files() + " files, ";
    return "%s (%s%s)"
        .formatted(item.path(), item.path().endsWith("/") ? files : "", Sizes.text(item.bytes()));
  }

  // The commands that preserve a repository's commits.
  private static String kept(String repository) {
    if (!repository.endsWith("/.git")) {
      return "";
    }
    String root = repository.substring(0, repository.length() - "/.git".length());
    return ". This command keeps them:\n      mv " + repository + " " + root + ".git";
  }

  private static String stays(Change change) {
    return change.app().isEmpty() ? "" : " Until then " + change.app() + " stays as it is.";
  }
}

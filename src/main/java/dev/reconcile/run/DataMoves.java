// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.app.App;
import dev.reconcile.app.DataFolder;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.RunOptions;
import dev.reconcile.host.FolderLook;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Step;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The checks of data that a run moves out of an app's directory with {@code --move-data}.
 *
 * @param host the host
 * @param apps the apps of the desired state
 * @param isAllowed whether the option is set
 */
record DataMoves(Host host, List<App> apps, boolean isAllowed) {
  /** The files that SQLite keeps beside a database. */
  static DataMoves of(Host host, List<App> apps, Invocation arguments) {
    return new DataMoves(host, apps, arguments.has(RunOptions.MOVE_DATA));
  }

  /**
   * Returns the visitor of an app's directory without the data that the run moves, and without the
   * links that an earlier run has left in the place of data.
   */
  FolderLook.Visitor rest(String app, FolderLook.Visitor visitor) {
    List<DataFolder> moved = inSource(app);
    return item -> moved.stream().noneMatch(data -> isApart(data, item)) && visitor.see(item);
  }

  private boolean isApart(DataFolder data, FolderLook.Item item) {
    return isOf(data, item.path()) && (isAllowed || item.stat().type() == Stat.Type.LINK);
  }

  /** Returns the sentence that names the data that the option would move; empty for none. */
  String offer(String app) {
    List<String> places = inSource(app).stream().map(DataFolder::place).toList();
    return isAllowed || places.isEmpty()
        ? ""
        : "\nWith the option --move-data, the run moves what \"data\" names (%s) to %s."
            .formatted(String.join(", ", places), new Layout(app).data());
  }

  private List<DataFolder> inSource(String app) {
    return apps.stream()
        .filter(candidate -> candidate.name().equals(app))
        .flatMap(candidate -> candidate.data().stream())
        .filter(data -> data.where() == DataFolder.Where.SOURCE)
        .toList();
  }

  private static boolean isOf(DataFolder data, String path) {
    return data.file().isEmpty()
        ? (path + "/").startsWith(data.place() + "/")
        : path.equals(data.place())
            || Step.MoveData.BESIDE.stream().anyMatch(end -> path.equals(data.place() + end));
  }

  /** Returns the faults of planned moves, by app. */
  SortedMap<String, Diagnostic> faults(Plan plan) throws HostException {
    SortedMap<String, Diagnostic> faults = new TreeMap<>();
    for (PlannedChange planned : plan.changes()) {
      for (PhasedStep action : planned.actions()) {
        if (action.step() instanceof Step.MoveData move) {
          Optional<Diagnostic> fault = fault(planned, move);
          fault.ifPresent(diagnostic -> faults.putIfAbsent(move.app(), diagnostic));
        }
      }
    }
    return faults;
  }

  private Optional<Diagnostic> fault(PlannedChange planned, Step.MoveData move)
      throws HostException {
    if (!isAllowed) {
      return fault(
          planned,
          move,
          "Data in a directory to take over",
          """
          %s holds data, and the new tree has a link to %s in its place. With the options \
          --take-over --move-data, the run moves it there.\
          """
              .formatted(move.from(), move.target()));
    }
    if (!isOnOneFileSystem(move)) {
      return fault(
          planned,
          move,
          "Data on another file system",
          """
          %s is on another file system than %s, so it cannot be moved in one step, and nothing is \
          moved. Move it to a folder of its own on the same file system, name that folder as an \
          absolute path under "data", and configure the app for it. Or copy it to %s while the app \
          is stopped, and remove it.\
          """
              .formatted(move.from(), move.path(), move.target()));
    }
    return inUse(planned, move);
  }

  private Optional<Diagnostic> inUse(PlannedChange planned, Step.MoveData move)
      throws HostException {
    Set<String> users = new TreeSet<>(host.facts().folders().usersOf(move.from()));
    apps.stream()
        .filter(app -> app.name().equals(move.app()))
        .flatMap(app -> app.processes().stream())
        .flatMap(process -> process.units().stream())
        .forEach(users::remove);
    return users.isEmpty()
        ? Optional.empty()
        : fault(
                planned,
                move,
                "Data in use",
                """
                %s has a file open in %s, which the run is to move. It would go on to write \
                there. Stop it first.\
                """
                    .formatted(String.join(", ", users), move.from()))
            .map(fault ->
                fault.withCommand(
                    users.stream().allMatch(user -> user.endsWith(".service"))
                        ? "systemctl stop " + String.join(" ", users)
                        : "fuser -v -m " + Diagnostic.word(move.from())));
  }

  private static Optional<Diagnostic> fault(
      PlannedChange planned, Step.MoveData move, String summary, String detail) {
    String text = detail + " Until then " + move.app() + " stays as it is.";
    return Optional.of(
        planned
            .change()
            .declared()
            .map(declared -> Diagnostic.error(declared.origin(), summary, text))
            .orElseGet(() -> Diagnostic.error(summary, text)));
  }

  private boolean isOnOneFileSystem(Step.MoveData move) throws HostException {
    Path to = host.onDisk(move.path());
    while (!Files.exists(to, LinkOption.NOFOLLOW_LINKS) && to.getParent() != null) {
      to = to.resolveSibling("");
    }
    try {
      return device(host.onDisk(move.from())).equals(device(to));
    } catch (IOException e) {
      throw new HostException("Cannot look at " + move.from() + ": " + e.getMessage(), e);
    }
  }

  private static Object device(Path place) throws IOException {
    return Files.getAttribute(place, "unix:dev", LinkOption.NOFOLLOW_LINKS);
  }
}

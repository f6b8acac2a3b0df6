// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.app.App;
import dev.reconcile.app.DataFolder;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.RunOptions;
import dev.reconcile.host.Facts;
import dev.reconcile.host.FolderLook;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.kind.DataKind;
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
import java.util.ArrayList;
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
  /** Creates the checks of a run. */
  static DataMoves of(Host host, List<App> apps, Invocation arguments) {
    return new DataMoves(host, apps, arguments.has(RunOptions.MOVE_DATA));
  }

  /** Returns the old paths of the data that a plan moves. */
  static Set<String> moved(Plan plan) {
    Set<String> moved = new TreeSet<>();
    for (PlannedChange planned : plan.changes()) {
      for (PhasedStep action : planned.actions()) {
        if (action.step() instanceof Step.MoveData move) {
          moved.add(move.from());
        }
      }
    }
    return moved;
  }

  /**
   * Returns what of an app's directory is apart from its code.
   *
   * @param place the directory, without links
   * @param moved the old paths of the data that the plan moves
   */
  Apart apart(String app, String place, Set<String> moved) throws HostException {
    Optional<App> found =
        apps.stream().filter(candidate -> candidate.name().equals(app)).findFirst();
    List<DataFolder> data = inSource(app);
    List<DataFolder> planned = new ArrayList<>();
    List<DataFolder> unmoved = new ArrayList<>();
    SortedMap<String, String> links = new TreeMap<>();
    List<String> commands = new ArrayList<>();
    Facts facts = host.facts();
    for (DataFolder folder : data) {
      String path = place + "/" + folder.place();
      if (moved.contains(found.orElseThrow().directory() + "/" + folder.place())) {
        planned.add(folder);
        continue;
      }
      Optional<Stat.Type> type = facts.stat(path).map(Stat::type);
      if (type.equals(Optional.of(Stat.Type.LINK))) {
        links.put(folder.place(), facts.readLink(path));
        if (!facts.realPath(path).equals(facts.realPath(folder.target()))) {
          commands.add(
              "install -d %s && ln -s %s %s"
                  .formatted(
                      Diagnostic.word(folder.target().replaceFirst("/[^/]*$", "")),
                      Diagnostic.word(facts.realPath(path).orElse(facts.readLink(path))),
                      Diagnostic.word(folder.target())));
        }
      } else if (isAllowed && type.isPresent() && !isPlaceholder(facts, path, type.get())) {
        unmoved.add(folder);
      }
    }
    return new Apart(this, app, data, planned, unmoved, links, commands);
  }

  private static boolean isPlaceholder(Facts facts, String path, Stat.Type type)
      throws HostException {
    return type == Stat.Type.DIRECTORY && DataKind.PLACEHOLDERS.containsAll(facts.list(path));
  }

  /**
   * The data in an app's directory that the run moves, and the links that stand in the place of
   * data: those that an earlier run has left, and those of an administrator.
   *
   * @param moves the checks that it belongs to
   * @param app the app
   * @param data the data folders of the app's source
   * @param planned those of them that the run moves
   * @param unmoved those that are there, and that the run cannot move
   * @param links the targets of links, by the place of the data
   * @param commands the commands that make the new places lead where links of an administrator lead
   */
  record Apart(
      DataMoves moves,
      String app,
      List<DataFolder> data,
      List<DataFolder> planned,
      List<DataFolder> unmoved,
      SortedMap<String, String> links,
      List<String> commands) {

    /** Tells whether a file belongs to it. */
    boolean has(FolderLook.Item item) {
      return links.containsKey(item.path())
          || (moves.isAllowed && planned.stream().anyMatch(folder -> isOf(folder, item.path())));
    }

    /** Returns the sentence about the option that moves data; empty if there is nothing to say. */
    String offer() {
      return moves.isAllowed || data.isEmpty()
          ? ""
          : "\nWith the option --move-data, the run moves what \"data\" names (%s) to %s."
              .formatted(places(data), new Layout(app).data());
    }

    /** Returns why data is not moved that the desired state names; empty if all of it is. */
    String why() {
      return unmoved.isEmpty()
          ? ""
          : """
          In it is %s, which "data" names, and which the option --move-data does not move. Its new \
          place in %s has content already, or "data" names a folder and it is a file, or the other \
          way round (see the key "file").\
          """
              .formatted(places(unmoved), new Layout(app).data());
    }

    private static String places(List<DataFolder> folders) {
      return String.join(", ", folders.stream().map(DataFolder::place).toList());
    }
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
    Path to = host.onDisk(host.facts().realPath(move.path()).orElse(move.path()));
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

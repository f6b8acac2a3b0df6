// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.app.App;
import dev.reconcile.app.DataFolder;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.RunOptions;
import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.kind.DataKind;
import dev.reconcile.model.Diagnostic;
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
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

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
    return plan.changes().stream()
        .flatMap(planned -> planned.actions().stream())
        .filter(action -> action.step() instanceof Step.MoveData)
        .map(action -> ((Step.MoveData) action.step()).from())
        .collect(Collectors.toSet());
  }

  /**
   * Returns the data in a directory that a run takes over from an app.
   *
   * @param path the directory as the app has it; another directory than that of its code has none
   * @param place the directory, without links
   * @param moved the old paths of the data that the plan moves
   */
  DataInside inside(String app, String path, String place, Set<String> moved) throws HostException {
    List<DataFolder> data =
        apps.stream()
            .filter(candidate -> candidate.name().equals(app) && candidate.directory().equals(path))
            .flatMap(candidate -> candidate.data().stream())
            .filter(folder -> folder.where() == DataFolder.Where.SOURCE)
            .toList();
    List<DataFolder> planned = new ArrayList<>();
    List<DataFolder> unmoved = new ArrayList<>();
    SortedSet<String> links = new TreeSet<>();
    List<String> commands = new ArrayList<>();
    Facts facts = host.facts();
    for (DataFolder folder : data) {
      String old = place + "/" + folder.place();
      Optional<Stat.Type> type = facts.stat(old).map(Stat::type);
      if (moved.contains(path + "/" + folder.place())) {
        planned.add(folder);
      } else if (type.equals(Optional.of(Stat.Type.LINK))) {
        links.add(folder.place());
        if (!facts.realPath(old).equals(facts.realPath(folder.target()))) {
          commands.add(link(facts.realPath(old).orElse(facts.readLink(old)), folder.target()));
        }
      } else if (isAllowed && type.isPresent() && DataKind.hasContent(facts, old, type.get())) {
        unmoved.add(folder);
      }
    }
    return new DataInside(app, isAllowed, data, planned, unmoved, links, commands);
  }

  private static String link(String target, String path) {
    return "install -d %s && ln -s %s %s"
        .formatted(
            Diagnostic.word(path.substring(0, path.lastIndexOf('/'))),
            Diagnostic.word(target),
            Diagnostic.word(path));
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

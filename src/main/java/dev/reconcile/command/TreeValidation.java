// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.app.App;
import dev.reconcile.app.Ports;
import dev.reconcile.app.Sources;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.code.SourceResolver;
import dev.reconcile.code.WorkingFolder;
import dev.reconcile.desired.DesiredStateBuilder;
import dev.reconcile.desired.Loader;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.FleetSettings;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Suggestion;
import dev.reconcile.run.DirectoryFileTree;
import dev.reconcile.run.HostlessCheck;
import dev.reconcile.run.PortAssignments;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The check of a desired-state tree without a host, for all hosts that it describes. */
final class TreeValidation {
  private final Path base;
  private final Console console;

  /**
   * @param base the folder of the tree
   */
  TreeValidation(Path base, Console console) {
    this.base = base;
    this.console = console;
  }

  ExitCode run() throws HostException {
    DirectoryFileTree tree = new DirectoryFileTree(base);
    Set<Diagnostic> found = new LinkedHashSet<>(check(tree, base, ""));
    int apps = tree.list("apps").size();
    for (String file : tree.list("hosts")) {
      found.addAll(check(tree, base, file.replaceFirst("\\.yaml$", "")));
    }
    if (found.stream().noneMatch(Diagnostic::isError) && !tree.hasFolder("apps")) {
      found.add(noApps(base));
    }
    found.stream().sorted(Comparator.comparing(TreeValidation::place)).forEach(console::say);
    if (found.stream().anyMatch(Diagnostic::isError)) {
      return ExitCode.INVALID;
    }
    if (!console.isQuiet()) {
      console.print("Valid: " + apps + (apps == 1 ? " app.\n" : " apps.\n"));
    }
    return ExitCode.OK;
  }

  private static Diagnostic noApps(Path base) {
    return Diagnostic.warning(
        Origin.of("apps"),
        "Missing apps folder",
        """
        The folder apps does not exist, so this tree declares no app. Each app is a file \
        apps/NAME.yaml.%s\
        """
            .formatted(
                Suggestion.nearest("apps", folders(base))
                    .map(near -> " Rename " + near.word() + "?")
                    .orElse("")));
  }

  private static Origin place(Diagnostic diagnostic) {
    return diagnostic.origin().orElse(Origin.of(""));
  }

  private static List<Diagnostic> check(DirectoryFileTree tree, Path base, String hostname)
      throws HostException {
    DesiredStateBuilder builder = new DesiredStateBuilder(tree);
    Loader.Loaded loaded = Loader.load(builder, hostname);
    loaded.settings().fleet().ifPresent(fleet -> warnOfSteps(fleet, loaded.apps(), builder));
    Ports ports = PortAssignments.of(loaded, new TreeMap<>(), builder, "Each host chooses").ports();
    HostlessCheck.run(builder, loaded, ports, app -> resolve(app, base, builder));
    return builder.diagnostics().sorted();
  }

  private static void warnOfSteps(
      FleetSettings fleet, List<App> apps, DesiredStateBuilder builder) {
    if (fleet.canaries().isEmpty()) {
      return;
    }
    for (App app : apps) {
      app.release().stream()
          .findFirst()
          .ifPresent(step ->
              builder.warning(
                  step.command().origin(),
                  "Release steps in a fleet with canaries",
                  """
                  The release steps of %s run on a canary first (%s). What they change in a \
                  database of all hosts is changed for all of them, before the release is proved. \
                  The code before it must still work with that.\
                  """
                      .formatted(app.name(), String.join(", ", fleet.canaries()))));
    }
  }

  // The desired-state folder is searched first, as in an apply.
  private static Optional<Sources.Resolved> resolve(
      App app, Path base, DesiredStateBuilder builder) {
    if (!(app.source() instanceof App.Source.Folder source)) {
      return Optional.of(new HostlessCheck.Unseen());
    }
    for (Path folder : List.of(base.resolve(source.folder()), above(base, source.folder()))) {
      if (Files.isDirectory(folder)) {
        return Optional.of(new WorkingFolder(folder, SourceResolver.MOST_REQUIREMENTS));
      }
    }
    String near = Suggestion.ofFolder(source.folder(), folder -> folders(base.resolve(folder)));
    if (near.isEmpty()) {
      near = Suggestion.ofFolder(source.folder(), folder -> folders(above(base, folder)));
    }
    builder.error(
        source.origin(),
        "No such folder in the repo",
        source.folder() + " is not a folder." + near);
    return Optional.empty();
  }

  private static List<String> folders(Path folder) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, Files::isDirectory)) {
      entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
    } catch (IOException | DirectoryIteratorException e) {
      return List.of(); // a suggestion is not worth a failure
    }
    return names.stream().sorted().toList();
  }

  private static Path above(Path base, String folder) {
    return base.resolve("..").resolve(folder);
  }
}

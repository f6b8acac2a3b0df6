// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.allocate.Allocations;
import dev.reconcile.allocate.Allocator;
import dev.reconcile.allocate.Pool;
import dev.reconcile.app.App;
import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.desired.AllocationsFile;
import dev.reconcile.desired.DesiredStateBuilder;
import dev.reconcile.desired.Loader;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Suggestion;
import dev.reconcile.run.DesiredDirectory;
import dev.reconcile.run.DirectoryFileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The command's work on allocations.yaml; no other command writes this file. With {@code --check}
 * it writes nothing and fails if a number is missing.
 */
final class AllocationsUpdate {
  private final Invocation arguments;
  private final Console console;

  AllocationsUpdate(Invocation arguments, Console console) {
    this.arguments = arguments;
    this.console = console;
  }

  ExitCode run() throws CommandFailed, HostException {
    Path base = DesiredDirectory.of(arguments);
    DirectoryFileTree tree = new DirectoryFileTree(base);
    DesiredStateBuilder builder = new DesiredStateBuilder(tree);
    Loader.Loaded loaded = Loader.load(builder, "");
    if (builder.diagnostics().hasErrors()) {
      throw new CommandFailed(ExitCode.INVALID, builder.diagnostics().sorted());
    }
    SortedSet<String> apps = inNeed(tree, loaded);
    Allocations before = loaded.allocations();
    Allocator.Result result = change(before, apps, loaded.settings().pool());
    if (!result.errors().isEmpty()) {
      throw new CommandFailed(
          ExitCode.INVALID, result.errors().stream().map(AllocationsFile::diagnostic).toList());
    }
    return arguments.has(AllocateCommand.CHECK)
        ? check(before, apps)
        : write(base, before, result.allocations());
  }

  // The defaults in a host's file may let an app need a number on that host only.
  private static SortedSet<String> inNeed(DirectoryFileTree tree, Loader.Loaded loaded)
      throws CommandFailed {
    NavigableSet<String> names = new TreeSet<>();
    List<Loader.Loaded> all = new ArrayList<>(List.of(loaded));
    for (String file : tree.list("hosts")) {
      DesiredStateBuilder builder = new DesiredStateBuilder(tree);
      all.add(Loader.load(builder, file.replaceFirst("\\.yaml$", "")));
      if (builder.diagnostics().hasErrors()) {
        throw new CommandFailed(ExitCode.INVALID, builder.diagnostics().sorted());
      }
    }
    for (Loader.Loaded other : all) {
      other.apps().stream().filter(App::needsNumber).map(App::name).forEach(names::add);
    }
    return names;
  }

  private Allocator.Result change(Allocations before, SortedSet<String> apps, Pool pool)
      throws CommandFailed {
    Optional<String> released = arguments.value(AllocateCommand.RELEASE);
    Optional<String> reassigned = arguments.value(AllocateCommand.REASSIGN);
    if (released.isPresent() && reassigned.isPresent()) {
      throw Invocation.usage("Conflicting options", "Pass either --release or --reassign.");
    }
    if (released.isPresent()) {
      String app = known(released.get(), before);
      if (apps.contains(app)) {
        throw Invocation.usage(
            "App in use",
            """
            %s still needs its allocation. To allocate another number to it, pass --reassign \
            %s.\
            """
                .formatted(app, app));
      }
      return Allocator.allocate(before.without(app), apps, pool);
    }
    if (reassigned.isPresent()) {
      return Allocator.reassign(before, known(reassigned.get(), before), apps, pool);
    }
    return Allocator.allocate(before, apps, pool);
  }

  private static String known(String app, Allocations allocations) throws CommandFailed {
    if (!allocations.numbers().containsKey(app)) {
      throw Invocation.usage(
          "No such allocation",
          "%s has no allocation for %s.%s"
              .formatted(
                  AllocationsFile.PATH,
                  app,
                  Suggestion.sentence(app, allocations.numbers().keySet())));
    }
    return app;
  }

  private ExitCode check(Allocations before, SortedSet<String> apps) throws CommandFailed {
    List<String> missing = apps.stream().filter(app -> !before.numbers().containsKey(app)).toList();
    if (!missing.isEmpty()) {
      throw new CommandFailed(
              ExitCode.INVALID,
              "Missing allocations",
              AllocationsFile.PATH + " has no allocation for " + String.join(", ", missing) + ".")
          .suggesting("reconcile allocate");
    }
    say(before.numbers().size() + " numbers, none missing.");
    return ExitCode.OK;
  }

  private ExitCode write(Path base, Allocations before, Allocations after) throws HostException {
    if (after.equals(before)) {
      say("No changes: " + before.numbers().size() + " numbers.");
      return ExitCode.OK;
    }
    Path file = base.resolve(AllocationsFile.PATH);
    Path beside = base.resolve("." + AllocationsFile.PATH + ".new");
    try {
      Files.writeString(beside, AllocationsFile.text(after));
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new HostException("Cannot write " + file + ": " + e.getMessage(), e);
    }
    after
        .numbers()
        .forEach((app, number) -> {
          if (!number.equals(before.numbers().get(app))) {
            say(app + " has been given " + number);
          }
        });
    before.numbers().keySet().stream()
        .filter(app -> !after.numbers().containsKey(app))
        .forEach(app -> say(app + " has been released"));
    say("Commit " + file + ".");
    return ExitCode.OK;
  }

  private void say(String line) {
    if (!console.isQuiet()) {
      console.print(line + "\n");
    }
  }
}

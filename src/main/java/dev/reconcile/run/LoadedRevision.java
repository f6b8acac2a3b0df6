// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.app.App;
import dev.reconcile.app.ByHand;
import dev.reconcile.app.Expansion;
import dev.reconcile.app.Hindrances;
import dev.reconcile.app.Ports;
import dev.reconcile.app.Preflight;
import dev.reconcile.app.Sources;
import dev.reconcile.app.Templates;
import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.RunOptions;
import dev.reconcile.code.SourcePins;
import dev.reconcile.code.SourceRepositories;
import dev.reconcile.code.SourceResolver;
import dev.reconcile.desired.DesiredStateBuilder;
import dev.reconcile.desired.Loader;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.PackageKind;
import dev.reconcile.kind.PlannedFiles;
import dev.reconcile.model.Address;
import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.FleetSettings;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Maintenance;
import dev.reconcile.model.State;
import dev.reconcile.model.Suggestion;
import dev.reconcile.model.VisitorCheck;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The desired state of this host at a commit.
 *
 * @param desired the desired state
 * @param apps its apps
 * @param fronts the apps that run on other hosts, and of which this host has the site
 * @param checkouts resolves the sources of the apps
 * @param ports the ports of the apps, and those that the host must remember
 * @param fleet how the host takes turns with others; empty if it is in no fleet
 * @param postpones whether something is left to a later run, which tries it again by itself
 * @param maintenance the apps in maintenance
 */
record LoadedRevision(
    DesiredState desired,
    List<App> apps,
    List<App> fronts,
    SourceResolver checkouts,
    PortAssignments ports,
    Optional<FleetSettings> fleet,
    boolean postpones,
    SortedMap<String, Maintenance> maintenance)
    implements AutoCloseable {

  /** Returns the visitor checks of the sites, by app; none for an app in maintenance. */
  SortedMap<String, VisitorCheck> sites() {
    SortedMap<String, VisitorCheck> sites = new TreeMap<>();
    apps.forEach(app ->
        app.visit(ports.ports().address(app)).ifPresent(visit -> sites.put(app.name(), visit)));
    fronts.forEach(app -> app.visit().ifPresent(visit -> sites.put(app.name(), visit)));
    sites.keySet().removeAll(maintenance.keySet());
    for (String app : maintenance.keySet()) {
      sites.values().removeIf(visit -> visit.isAt(new Layout(app).site()));
    }
    return sites;
  }

  /** Loads the desired state for a run, which reports the warnings and notices. */
  static LoadedRevision of(RunContext run, State state, FetchedCommit fetched, SourcePins pins)
      throws CommandFailed, HostException {
    return of(run.arguments(), run.host(), state, fetched, pins, run.log()::sayOnce);
  }

  /**
   * The files of a commit, as far as they are read without the host.
   *
   * @param builder has the declarations and mistakes; it can be used for one desired state only
   * @param loaded what the files say
   */
  record Files(DesiredStateBuilder builder, Loader.Loaded loaded) {
    /** Reads the files of a commit. */
    static Files of(Invocation arguments, FetchedCommit fetched) throws CommandFailed {
      DesiredStateBuilder builder = new DesiredStateBuilder(fetched.files());
      return new Files(builder, Loader.load(builder, Hostname.of(arguments)));
    }
  }

  /** Loads the desired state, with files that were read and sources that stay open. */
  static LoadedRevision of(
      RunContext run,
      State state,
      FetchedCommit fetched,
      Files files,
      SourcePins pins,
      SourceRepositories sources,
      Consumer<Diagnostic> say)
      throws CommandFailed, HostException {
    return of(run.arguments(), run.host(), state, fetched, files, pins, sources.shared(), say);
  }

  /**
   * Loads the desired state.
   *
   * @param arguments selects the host's file, and the apps of {@code --only}
   * @param host the host
   * @param state the state, with the numbers that earlier runs assigned
   * @param fetched the commit
   * @param pins the commits that the sources get
   * @param say receives warnings and notices
   * @throws CommandFailed with every error, if the desired state is invalid
   */
  static LoadedRevision of(
      Invocation arguments,
      Host host,
      State state,
      FetchedCommit fetched,
      SourcePins pins,
      Consumer<Diagnostic> say)
      throws CommandFailed, HostException {
    SourceRepositories sources = new SourceRepositories(host, fetched.repository());
    Files files = Files.of(arguments, fetched);
    return of(arguments, host, state, fetched, files, pins, sources, say);
  }

  private static LoadedRevision of(
      Invocation arguments,
      Host host,
      State state,
      FetchedCommit fetched,
      Files files,
      SourcePins pins,
      SourceRepositories sources,
      Consumer<Diagnostic> say)
      throws CommandFailed, HostException {
    refuseUnknownHost(arguments, fetched.files());
    DesiredStateBuilder builder = files.builder();
    Loader.Loaded loaded = files.loaded();
    SourceResolver checkouts =
        new SourceResolver(
            host,
            builder,
            fetched.repository(),
            sources,
            new SourceResolver.Desired(
                arguments.value(CommonOptions.REPO).orElse(fetched.name()),
                fetched.commit(),
                fetched.tree(),
                fetched.files().base()),
            pins,
            Set.copyOf(arguments.values(RunOptions.ONLY)));
    try {
      PortAssignments ports = PortAssignments.of(loaded, state.numbers(), builder);
      if (builder.diagnostics().hasErrors()) {
        HostlessCheck.run(builder, loaded, ports.ports(), app -> folder(app, checkouts));
      }
      stopIfInvalid(builder, say);
      DesiredState desired =
          expand(
              loaded,
              ports.ports(),
              builder,
              host,
              checkouts,
              fetched.commit().id(),
              wishes(loaded, state, arguments),
              say);
      return new LoadedRevision(
          desired,
          loaded.apps(),
          loaded.fronts(),
          checkouts,
          ports,
          loaded.settings().fleet(),
          builder.diagnostics().postpones(),
          state.maintenance());
    } catch (CommandFailed | HostException | RuntimeException e) {
      checkouts.close();
      throw e;
    }
  }

  private static ByHand wishes(Loader.Loaded loaded, State state, Invocation arguments) {
    Set<String> only = Set.copyOf(arguments.values(RunOptions.ONLY));
    Set<String> staying = new HashSet<>(state.trials().quarantine().keySet());
    if (!only.isEmpty()) {
      loaded.apps().forEach(app -> staying.add(app.name()));
      loaded.fronts().forEach(app -> staying.add(app.name()));
    }
    staying.removeAll(only);
    return new ByHand(
        only, state.maintenanceMessages(), staying, arguments.has(CommonOptions.TAKE_OVER));
  }

  // A run with an invalid desired state does not fetch the sources.
  private static Optional<Sources.Resolved> folder(App app, SourceResolver checkouts) {
    return app.source() instanceof App.Source.Folder
        ? checkouts.resolve(app)
        : Optional.of(new HostlessCheck.Unseen());
  }

  private static DesiredState expand(
      Loader.Loaded loaded,
      Ports ports,
      DesiredStateBuilder builder,
      Host host,
      SourceResolver checkouts,
      String revision,
      ByHand wishes,
      Consumer<Diagnostic> say)
      throws HostException, CommandFailed {
    Set<String> packages =
        builder.resources().keySet().stream()
            .filter(address -> address.kind().equals(PackageKind.NAME))
            .map(Address::name)
            .collect(Collectors.toSet());
    PlannedFiles files = new PlannedFiles(host.facts(), builder.resources());
    new Preflight(packages, files, ports, builder.diagnostics()::fault)
        .check(loaded.apps(), loaded.fronts())
        .forEach(builder.diagnostics()::add);
    new Hindrances(packages, files, builder.diagnostics()::fault)
        .check(loaded.apps(), loaded.fronts());
    if (loaded.hasBalance()) {
      new BalanceCheck(files, builder.diagnostics()::fault).check(loaded.apps(), loaded.fronts());
    }
    checkouts.fetch(loaded.apps());
    Set<String> held =
        Expansion.expand(
            loaded.settings(),
            loaded.apps(),
            loaded.fronts(),
            ports,
            builder,
            new Templates(builder.templates()),
            host.facts(),
            checkouts,
            wishes.alsoStaying(builder.diagnostics().faults().keySet()));
    stopIfInvalid(builder, say);
    return builder.build(
        revision,
        Stream.concat(loaded.apps().stream(), loaded.fronts().stream())
            .map(App::name)
            .collect(Collectors.toSet()),
        held,
        loaded.settings());
  }

  // A typed hostname without a file is misspelt. The machine's own name need not have a file.
  private static void refuseUnknownHost(Invocation arguments, CommitFileTree files)
      throws CommandFailed {
    Optional<String> host = arguments.value(CommonOptions.HOST);
    if (host.isPresent() && !files.list("hosts").contains(host.get() + ".yaml")) {
      List<String> known =
          files.list("hosts").stream().map(file -> file.replaceFirst("\\.yaml$", "")).toList();
      throw Invocation.usage(
          "No such host",
          "--host %s: there is no hosts/%s.yaml in the repo.%s"
              .formatted(host.get(), host.get(), Suggestion.sentence(host.get(), known)));
    }
  }

  private static void stopIfInvalid(DesiredStateBuilder builder, Consumer<Diagnostic> say)
      throws CommandFailed {
    if (builder.diagnostics().hasErrors()) {
      throw new CommandFailed(ExitCode.INVALID, builder.diagnostics().sorted());
    }
    builder.diagnostics().sorted().forEach(say);
  }

  @Override
  public void close() {
    checkouts.close();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.app.App;
import dev.reconcile.app.Balance;
import dev.reconcile.apply.Applied;
import dev.reconcile.apply.RunCommand;
import dev.reconcile.cli.CommandFailed;
import dev.reconcile.code.SourcePins;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.FileKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Maintenance;
import dev.reconcile.model.State;
import dev.reconcile.nginx.MaintenanceBlock;
import dev.reconcile.plan.PlanOptions;
import dev.reconcile.plan.Selection;
import dev.reconcile.state.StateFile;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A run that begins or ends the maintenance of an app. It changes the file of the app's site, which
 * nginx tests and loads as in an apply.
 *
 * <p>Invariant: nothing else changes, and the repo is not contacted. The state on disk has the wish
 * before the file changes, so the next run completes a run that was killed.
 */
public final class MaintenanceRun {
  private MaintenanceRun() {}

  /**
   * Performs the run.
   *
   * @param app an app of this host
   * @param wanted the maintenance; empty to end it
   */
  public static RunResult of(RunContext run, String app, Optional<Maintenance> wanted)
      throws CommandFailed, HostException {
    State state = StateFile.load(run.host().facts());
    String commit = AppliedCommit.of(run.host().facts(), state, app);
    SortedMap<String, Maintenance> all = new TreeMap<>(state.maintenance());
    all.remove(app);
    wanted.ifPresent(maintenance -> all.put(app, maintenance));
    State wish = state.withMaintenance(all);
    try (FetchedCommit fetched =
            FetchedCommit.known(run.arguments(), run.host(), state, run.mode(), commit);
        LoadedRevision loaded =
            LoadedRevision.of(
                run.arguments(), run.host(), wish, fetched, SourcePins.PRESENT, _ -> {})) {
      if (wanted.isPresent()) {
        requireVisitors(loaded, app);
      }
      Set<Address> sites = sites(loaded, app);
      if (wanted.isPresent()) {
        for (Address site : sites) {
          requireServer(loaded.desired().resources().get(site), app);
        }
      }
      StateFile.save(run.host(), wish);
      RunResult result =
          new Convergence(run, wish, loaded, PlanOptions.selecting(Selection.of(app, sites)))
              .of(RunCommand.maintenance(state.repo()), false);
      boolean isHeld = result.plan().filter(plan -> plan.held().containsKey(app)).isPresent();
      if (isHeld || !result.applied().map(Applied::isComplete).orElse(false)) {
        State now = StateFile.load(run.host().facts());
        StateFile.save(run.host(), now.withMaintenance(state.maintenance()));
      }
      return result;
    }
  }

  // A host of several that answers 503 would be one that some visitors meet and others not.
  private static void requireVisitors(LoadedRevision loaded, String app) throws CommandFailed {
    for (App declared : loaded.apps()) {
      Optional<Balance> hosts = declared.balance().filter(balance -> !balance.isFront());
      if (declared.name().equals(app) && hosts.isPresent()) {
        throw CommandFailed.request(
            "App behind balancers",
            """
            Visitors of %s meet %s, and not this host. Type the command there. To take this host \
            out, commit its name in balance.out.\
            """
                .formatted(app, Balance.names(hosts.get().on())));
      }
    }
  }

  // An app may have a site, paths of the sites of others, or both.
  private static Set<Address> sites(LoadedRevision loaded, String app) throws CommandFailed {
    Set<Address> sites =
        Stream.concat(loaded.apps().stream(), loaded.fronts().stream())
            .filter(declared -> declared.name().equals(app))
            .flatMap(App::siteFiles)
            .map(FileKind::address)
            .collect(Collectors.toSet());
    if (sites.isEmpty()) {
      throw CommandFailed.request(
          "App without a site of its own",
          """
          reconcile did not make the site of %s, if it has one. Write "return 503;" into the \
          server of that site by hand.\
          """
              .formatted(app));
    }
    return sites;
  }

  private static void requireServer(@Nullable Declared declared, String app) throws CommandFailed {
    boolean hasServer =
        declared != null
            && declared.spec() instanceof FileKind.Spec spec
            && MaintenanceBlock.isIn(spec.content().text());
    if (!hasServer) {
      throw CommandFailed.request(
          "Site without a server block",
          """
          The file of the site of %s has no server block, so the page for visitors has no \
          place. Write the server block into the template of the site, not into a file that it \
          includes.\
          """
              .formatted(app));
    }
  }
}

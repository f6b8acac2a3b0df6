// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.app.App;
import dev.reconcile.app.AppProcess;
import dev.reconcile.app.AppResources;
import dev.reconcile.app.Balance;
import dev.reconcile.apply.RunCommand;
import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Invocation;
import dev.reconcile.code.SourcePins;
import dev.reconcile.host.HostException;
import dev.reconcile.model.JournalUnits;
import dev.reconcile.model.State;
import dev.reconcile.model.Suggestion;
import dev.reconcile.plan.PlanOptions;
import dev.reconcile.plan.Selection;
import dev.reconcile.state.StateFile;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;

/**
 * A run that restarts processes of an app as an apply does: after a rehearsal, with the same care
 * for requests, and with the proof that they run.
 *
 * <p>Invariant: nothing of the desired state changes, and the repo is not contacted.
 */
public final class RestartRun {
  private RestartRun() {}

  /**
   * Performs the restart.
   *
   * @param app an app of this host
   * @param process {@code web}, a background process or an instance of one; empty for all
   */
  public static RunResult of(RunContext run, String app, Optional<String> process)
      throws CommandFailed, HostException {
    State state = StateFile.load(run.host().facts());
    String commit = AppliedCommit.of(run.host().facts(), state, app);
    try (FetchedCommit fetched =
            FetchedCommit.known(run.arguments(), run.host(), state, run.mode(), commit);
        LoadedRevision loaded =
            LoadedRevision.of(
                run.arguments(), run.host(), state, fetched, SourcePins.PRESENT, _ -> {})) {
      Set<String> handlers = handlers(loaded, app, process);
      PlanOptions options = PlanOptions.selecting(Selection.ofHandlers(app, handlers));
      return new Convergence(run, state, loaded, options)
          .of(RunCommand.restart(state.repo()), false);
    }
  }

  private static Set<String> handlers(LoadedRevision loaded, String app, Optional<String> process)
      throws CommandFailed {
    List<AppProcess> all =
        loaded.apps().stream()
            .filter(declared -> declared.name().equals(app))
            .map(App::processes)
            .findFirst()
            .orElse(List.of());
    Set<String> handlers = new LinkedHashSet<>();
    for (AppProcess one : all) {
      if (process.isEmpty() || JournalUnits.isOf(one.name(), process.get())) {
        handlers.add(AppResources.restartOf(one.unit()));
      }
    }
    if (handlers.isEmpty()) {
      NavigableSet<String> names = JournalUnits.words(all.stream().map(AppProcess::name).toList());
      throw Invocation.usage(
          "No such process",
          process
              .filter(_ -> !names.isEmpty())
              .map(name ->
                  "%s has no process %s.%s Its processes: %s."
                      .formatted(
                          app, name, Suggestion.sentence(name, names), String.join(", ", names)))
              .orElse("%s has no process on this host.%s".formatted(app, elsewhere(loaded, app))));
    }
    return handlers;
  }

  private static String elsewhere(LoadedRevision loaded, String app) {
    return loaded.fronts().stream()
        .filter(front -> front.name().equals(app))
        .flatMap(front -> front.balance().stream())
        .map(hosts -> " It runs on %s.".formatted(Balance.names(hosts.to())))
        .findFirst()
        .orElse("");
  }
}

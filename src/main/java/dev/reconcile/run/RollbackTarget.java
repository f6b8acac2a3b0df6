// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Invocation;
import dev.reconcile.kind.CheckoutKind;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Quarantine;
import dev.reconcile.model.Severity;
import dev.reconcile.model.State;
import dev.reconcile.model.Step;
import dev.reconcile.model.Suggestion;
import dev.reconcile.model.TreeName;
import dev.reconcile.model.Undo;
import dev.reconcile.state.Manifest;
import dev.reconcile.state.ManifestStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The target of a rollback.
 *
 * @param apps the apps of the rollback
 * @param base the run to whose end the apps return
 * @param pins app to the revision of its source at that time
 */
record RollbackTarget(Set<String> apps, Manifest base, Map<String, String> pins) {

  /**
   * Selects the target.
   *
   * @param kept all manifests on disk, oldest first
   * @param app the app; empty for all apps that the last run changed
   * @param to the run to return to; empty for the run before the last that changed the app
   * @throws CommandFailed if there is no such target
   */
  static RollbackTarget of(List<Manifest> kept, Optional<String> app, Optional<String> to)
      throws CommandFailed {
    List<Manifest> runs = kept.stream().filter(Manifest::isOfRevisions).toList();
    Optional<Manifest> end = to.isPresent() ? Optional.of(named(runs, to.get())) : Optional.empty();
    if (app.isEmpty()) {
      return ofLastRun(runs, end);
    }
    List<Manifest> changing = runs.stream().filter(run -> run.changed(app.get())).toList();
    if (changing.isEmpty()) {
      requireKnown(runs, app.get());
    }
    int last = changing.size() - 1;
    List<Manifest> candidates =
        end.isPresent()
            ? changing.stream().filter(run -> run.sequence() <= end.get().sequence()).toList()
            : changing.subList(0, Math.max(0, last));
    if (candidates.isEmpty()) {
      throw nothing(
          "%s has no known earlier state: %s."
              .formatted(
                  app.get(),
                  changing.isEmpty()
                      ? "no run that reconcile keeps has changed it"
                      : "the first run that changed it, of those that reconcile keeps, is %s"
                          .formatted(changing.getFirst().run())));
    }
    if (end.isPresent() && candidates.getLast().equals(changing.get(last))) {
      throw nothing(app.get() + " has not changed since " + end.get().run() + ".");
    }
    return of(runs, Set.of(app.get()), candidates.getLast());
  }

  private static void requireKnown(List<Manifest> runs, String app) throws CommandFailed {
    Set<String> known =
        runs.stream()
            .flatMap(run -> run.results().keySet().stream())
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toCollection(TreeSet::new));
    if (!known.isEmpty() && !known.contains(app)) {
      throw Invocation.usage(
          "No such app",
          "%s: no run that reconcile keeps has an app of this name.%s"
              .formatted(app, Suggestion.sentence(app, known)));
    }
  }

  private static RollbackTarget ofLastRun(List<Manifest> runs, Optional<Manifest> end)
      throws CommandFailed {
    if (end.isEmpty() && runs.size() < 2) {
      throw nothing(
          runs.isEmpty()
              ? "No earlier run to roll back to."
              : """
              No earlier run to roll back to: %s is the first run that reconcile keeps. The \
              files that it replaced are in %s.\
              """
                  .formatted(runs.getFirst().run(), ManifestStore.folderOf(runs.getFirst().run())));
    }
    Manifest base = end.orElseGet(() -> beforeLast(runs));
    Set<String> apps =
        runs.stream()
            .filter(run -> run.sequence() > base.sequence())
            .flatMap(run -> run.results().keySet().stream().filter(name -> run.changed(name)))
            .filter(app -> !app.isEmpty())
            .filter(app -> end.isPresent() || runs.getLast().changed(app))
            .filter(app ->
                runs.stream()
                    .anyMatch(run -> run.sequence() <= base.sequence() && run.changed(app)))
            .collect(Collectors.toCollection(TreeSet::new));
    if (apps.isEmpty()) {
      throw nothing(
          """
          No app that existed then has changed since %s. To return resources of the host, \
          revert the commit in the repo.\
          """
              .formatted(base.run()));
    }
    return of(runs, apps, base);
  }

  // A run that took an app back has the commit that failed, so it is no target for that app.
  private static Manifest beforeLast(List<Manifest> runs) {
    List<Manifest> earlier = runs.subList(0, runs.size() - 1);
    return earlier.reversed().stream()
        .filter(run ->
            run.results().keySet().stream()
                .noneMatch(app -> runs.getLast().changed(app) && run.tookBack(app)))
        .findFirst()
        .orElse(earlier.getLast());
  }

  private static RollbackTarget of(List<Manifest> runs, Set<String> apps, Manifest base) {
    Map<String, String> pins = new HashMap<>();
    for (Manifest run : runs.reversed()) {
      if (run.sequence() > base.sequence()) {
        for (Undo undo : run.undos()) {
          boolean undone =
              run.changed(undo.app()) && undo.address().kind().equals(CheckoutKind.NAME);
          if (undone && apps.contains(undo.app())) {
            target(undo).ifPresent(revision -> pins.put(undo.app(), revision));
          }
        }
      }
    }
    return new RollbackTarget(apps, base, pins);
  }

  private static Optional<String> target(Undo undo) {
    return undo.steps().stream()
        .filter(Step.WriteLink.class::isInstance)
        .map(step -> ((Step.WriteLink) step).target())
        .map(tree -> TreeName.ofPath(tree).revision())
        .findFirst();
  }

  private static Manifest named(List<Manifest> runs, String name) throws CommandFailed {
    return runs.stream()
        .filter(run -> run.run().equals(name))
        .findFirst()
        .orElseThrow(() ->
            Invocation.usage(
                    "No such run", "--to " + name + " is not among the runs that reconcile keeps.")
                .suggesting("reconcile history"));
  }

  private static CommandFailed nothing(String detail) {
    return CommandFailed.request("No earlier run", detail);
  }

  /**
   * Returns a state in which the present revision of the apps is quarantined until it changes. An
   * app whose target is the same leaves quarantine.
   *
   * @param state the state
   * @param present app to a digest of its present desired state
   * @param past app to a digest of the desired state of the target
   * @param run this run
   */
  State hold(State state, Map<String, String> present, Map<String, String> past, String run) {
    SortedMap<String, Quarantine> quarantine = new TreeMap<>(state.trials().quarantine());
    for (String app : apps) {
      String digest = present.getOrDefault(app, "");
      if (digest.equals(past.getOrDefault(app, ""))) {
        quarantine.remove(app);
      } else {
        quarantine.put(app, Quarantine.byHand(digest, run, base.run()));
      }
    }
    return state.withTrials(state.trials().withQuarantine(quarantine));
  }

  /**
   * Returns the notices that the present revisions of the apps are quarantined, with the commands
   * that end it.
   *
   * @param state the state after the rollback
   * @param run this run
   */
  List<Diagnostic> held(State state, String run) {
    return state.trials().quarantine().entrySet().stream()
        .filter(entry -> apps.contains(entry.getKey()) && entry.getValue().run().equals(run))
        .map(entry -> entry.getValue().diagnostic(entry.getKey()).withSeverity(Severity.NOTICE))
        .toList();
  }

  /**
   * Returns the trial records after a failed rollback: the quarantine of the state before it, the
   * rest of the state after it.
   */
  State.Trials release(State after, State before) {
    return after.trials().withQuarantine(before.trials().quarantine());
  }
}

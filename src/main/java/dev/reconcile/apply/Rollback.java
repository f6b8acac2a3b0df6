// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Phase;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Step;
import dev.reconcile.model.Undo;
import dev.reconcile.plan.PendingHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rollback of an app to its state before the run, or before the killed run that began to change
 * it, with a health check.
 *
 * <p>Invariant: if it returns no diagnostic, the app's files, trees and units are as they were, and
 * an app that ran passes its last health check.
 */
final class Rollback {
  private final Steps steps;
  private final RunRecorder recorder;
  private final PhaseTracker tracks;

  Rollback(Steps steps, RunRecorder recorder, PhaseTracker tracks) {
    this.steps = steps;
    this.recorder = recorder;
    this.tracks = tracks;
  }

  /**
   * Rolls {@code app} back.
   *
   * @param app the name of the app
   * @param due the pending handlers of its changes
   * @return why the rollback failed; empty if it succeeded
   */
  Optional<Diagnostic> of(String app, List<PendingHandler> due) {
    List<Undo> undos = recorder.waysBack().of(app, tracks);
    List<Step> all = new ArrayList<>();
    all.addAll(leadBack(app, due));
    undos.forEach(undo -> all.addAll(undo.steps()));
    if (undos.stream().anyMatch(undo -> isReadBySystemd(undo.phase()))) {
      all.add(new Step.Systemctl(Step.UnitVerb.DAEMON_RELOAD, ""));
    }
    all.addAll(endOfHold(due));
    Optional<Diagnostic> problem = performAll(all);
    return problem.isPresent() ? problem : performAll(proof(app, due, undos));
  }

  // an app that its release steps stopped starts with the earlier revision
  private static List<Step> endOfHold(List<PendingHandler> due) {
    return actions(due).stream()
        .map(PhasedStep::step)
        .filter(Step.EndHold.class::isInstance)
        .map(Step.EndHold.class::cast)
        .<Step>map(hold -> new Step.EndHold(hold.app(), hold.service(), true))
        .distinct()
        .toList();
  }

  // nginx is reloaded later in the run; until then the standby instance continues to serve
  private List<Step> leadBack(String app, List<PendingHandler> due) {
    List<Step> back = new ArrayList<>();
    for (PhasedStep action : actions(due)) {
      boolean diverted = tracks.hasReached(app, Phase.DIVERT);
      if (diverted && writesSite(action)) {
        back.clear();
        back.add(action.step()); // the last site file is the lasting one
      } else if (!diverted && action.step() instanceof Step.StopStandby) {
        back.add(action.step());
      }
    }
    return back;
  }

  private static boolean writesSite(PhasedStep action) {
    boolean diverts = action.phase() == Phase.DIVERT || action.phase() == Phase.DIVERTED;
    return diverts && action.step() instanceof Step.WriteFile;
  }

  private List<Step> proof(String app, List<PendingHandler> due, List<Undo> undos) {
    boolean ranBefore = recorder.waysBack().ranBefore(app);
    // a killed run may have restarted the app with the files that are now undone
    boolean touched =
        tracks.hasReached(app, Phase.DISABLE)
            || undos.stream().anyMatch(undo -> undo.phase().compareTo(Phase.DISABLE) >= 0);
    List<Step> proof = new ArrayList<>();
    for (PhasedStep action : ranBefore ? actions(due) : List.<PhasedStep>of()) {
      if (action.phase() == Phase.INSTANCES) {
        // the other steps of the handler are not needed for a rollback
        if (action.step() instanceof Step.AwaitHealth(Step.Probe probe)) {
          proof.add(new Step.AwaitHealth(recorder.lastProbe(app).orElse(probe)));
        } else if (touched && action.step() instanceof Step.Systemctl again) {
          proof.add(again);
        }
      }
    }
    return proof;
  }

  private static List<PhasedStep> actions(List<PendingHandler> due) {
    return due.stream().flatMap(pending -> pending.actions().stream()).toList();
  }

  private static boolean isReadBySystemd(Phase phase) {
    return switch (phase) {
      case DISABLE, UNIT_FILES, ENABLE, REMOVE_UNIT_FILES -> true;
      case USERS, PACKAGES, DIRECTORIES, HOST_FILES, CHECKOUTS, VENVS -> false;
      case MOVE_DATA, BUILDS, RELEASE -> false;
      case REHEARSE, FILES -> false;
      case NGINX_CONF, CONFLICTS, DIVERT, DIVERT_NGINX, DIVERTED, SWITCH, DAEMON_RELOAD -> false;
      case SOCKETS, INSTANCES, TARGET, SITES, REMOVE_SITE_LINKS, SITE_LINKS, REMOVE_SITES -> false;
      case REMOVE_NGINX_CONF, NGINX_RELOAD, CERTIFICATES, STOP_INSTANCES, STOP_SOCKETS -> false;
      case REMOVE_FILES, REMOVE_TREES, REMOVE_DIRECTORIES, REMOVE_PACKAGES -> false;
    };
  }

  // each step on its own: a failed step must not prevent the others
  private Optional<Diagnostic> performAll(List<Step> all) {
    Optional<Diagnostic> first = Optional.empty();
    for (Step step : all) {
      Optional<Diagnostic> problem =
          FailedStep.in(steps, List.of(step)).map(FailedStep::diagnostic);
      first = first.isPresent() ? first : problem;
    }
    return first;
  }
}

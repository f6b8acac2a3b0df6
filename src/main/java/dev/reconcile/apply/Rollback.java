// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.kind.UnitKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Phase;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Role;
import dev.reconcile.model.Step;
import dev.reconcile.model.Undo;
import dev.reconcile.plan.PendingHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rollback of an app to its state before the run, or before the killed run that began to change
 * it, with a health check.
 *
 * <p>Invariant: if it returns no diagnostic, the app's files, trees and units are as they were, and
 * an app that ran passes its last health check.
 */
final class Rollback {
  private static final Duration NO_LIMIT = Duration.ofDays(365); // systemd knows the limit

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
    List<Step> last = new ArrayList<>();
    if (isTouched(app, undos)) {
      last.addAll(timers(due, undos));
    }
    last.addAll(webUnits(app));
    last.addAll(proof(app, due, undos));
    Optional<Diagnostic> unproved = problem.isPresent() ? problem : performAll(last);
    // until the earlier revision is proved, requests reach the standby instance
    Optional<Diagnostic> led = performAll(ledBack(due));
    Optional<Diagnostic> first = unproved.isPresent() ? unproved : led;
    Optional<Diagnostic> background =
        problem.isPresent() ? problem : performAll(processes(app, due, undos));
    return first.isPresent() ? first : background;
  }

  /**
   * Leads new requests to a standby instance of the new revision, which has passed its health
   * check, before an app whose processes fail is rolled back. Its own standby instance has ended by
   * then. If nginx leads them, {@link #of} writes the lasting site, which nginx must load before
   * {@link #endDetour}.
   *
   * @return whether the detour must be ended; false if the restart needs none, or if there can be
   *     none
   */
  boolean leadAround(List<PendingHandler> due) {
    List<PhasedStep> actions = leading(due);
    if (actions.isEmpty()) {
      return false;
    }
    if (FailedStep.in(steps, of(actions, Phase.REHEARSE)).isPresent()) {
      endDetour(due);
      return false;
    }
    List<Step> lead = new ArrayList<>(of(actions, Phase.DIVERT));
    lead.addAll(of(actions, Phase.DIVERT_NGINX));
    lead.addAll(of(actions, Phase.LEAD));
    if (sequentially(lead).isEmpty()) {
      List<Step> drain = new ArrayList<>(of(actions, Phase.DIVERTED));
      drain.addAll(of(actions, Phase.INSTANCES));
      performAll(drain.stream().filter(Rollback::isDrain).toList());
    }
    return true;
  }

  /** Makes nginx load the sites as they are; returns why it does not. */
  Optional<Diagnostic> loadSites() {
    return sequentially(NginxChanges.TAKE_UP);
  }

  // apps may fail at the same time, and each makes nginx load its files
  private synchronized Optional<Diagnostic> sequentially(List<Step> sequence) {
    return FailedStep.in(steps, sequence).map(FailedStep::diagnostic);
  }

  /** Stops the standby instance to which requests were led. */
  void endDetour(List<PendingHandler> due) {
    performAll(of(leading(due), Phase.STOP_INSTANCES));
  }

  private static boolean isDrain(Step step) {
    return step instanceof Step.DrainNginx || step instanceof Step.DrainAddress;
  }

  // The actions of the handler that leads requests around its app, if there is one.
  private static List<PhasedStep> leading(List<PendingHandler> due) {
    return due.stream()
        .map(PendingHandler::actions)
        .filter(actions ->
            actions.stream()
                .map(PhasedStep::phase)
                .anyMatch(phase -> phase == Phase.DIVERT_NGINX || phase == Phase.LEAD))
        .findFirst()
        .orElse(List.of());
  }

  private static List<Step> of(List<PhasedStep> actions, Phase phase) {
    return actions.stream()
        .filter(action -> action.phase() == phase)
        .<Step>map(PhasedStep::step)
        .toList();
  }

  // In the last phases, web units that leave have been stopped, and no handler starts them.
  private List<Step> webUnits(String app) {
    return isInLastPhases(app)
        ? Stream.concat(had(app, Role.SOCKET), had(app, Role.INSTANCE))
            .map(Rollback::start)
            .toList()
        : List.of();
  }

  private boolean isInLastPhases(String app) {
    return tracks.hasReached(app, Phase.STOP_INSTANCES) || recorder.waysBack().isCarried(app);
  }

  // The units of a role that the app had before the run.
  private Stream<String> had(String app, Role role) {
    return recorder.before().owned().values().stream()
        .filter(owned -> owned.app().equals(app) && owned.role() == role)
        .map(owned -> owned.address().name());
  }

  private static Step start(String unit) {
    return new Step.Systemctl(Step.UnitVerb.START, unit);
  }

  // A timer whose times change, or that goes, is stopped before the new revision serves.
  private static List<Step> timers(List<PendingHandler> due, List<Undo> undos) {
    Stream<String> started = steps(due, Step.StartTimer.class).map(Step.StartTimer::unit);
    Stream<String> stopped =
        undos.stream()
            .map(Undo::address)
            .filter(address -> address.kind().equals(UnitKind.NAME))
            .map(Address::name)
            .filter(Layout::isTimer);
    return Stream.concat(started, stopped).distinct().<Step>map(Step.StartTimer::new).toList();
  }

  // The processes that the app had. One that did not run stays so, and its undo steps stop it. In
  // the last phases they run the new revision, or have gone; a release step may have stopped them.
  private List<Step> processes(String app, List<PendingHandler> due, List<Undo> undos) {
    Set<String> stopped =
        undos.stream()
            .flatMap(undo -> undo.steps().stream())
            .filter(Step.Systemctl.class::isInstance)
            .map(step -> ((Step.Systemctl) step).unit())
            .collect(Collectors.toSet());
    List<String> units = had(app, Role.PROCESS).filter(unit -> !stopped.contains(unit)).toList();
    if (isInLastPhases(app)) {
      return Stream.of(Step.ProcessVerb.BEGIN, Step.ProcessVerb.PROVE)
          .flatMap(verb ->
              units.stream()
                  .<Step>map(unit -> new Step.ControlProcess(verb, app, unit, NO_LIMIT, "")))
          .toList();
    }
    return endOfHold(due).isEmpty() ? List.of() : units.stream().map(Rollback::start).toList();
  }

  private static List<Step> ledBack(List<PendingHandler> due) {
    return steps(due, Step.LeadBack.class).<Step>map(step -> step).toList();
  }

  private static <T extends Step> Stream<T> steps(List<PendingHandler> due, Class<T> kind) {
    return actions(due).stream().map(PhasedStep::step).filter(kind::isInstance).map(kind::cast);
  }

  // an app that its release steps stopped starts with the earlier revision
  private static List<Step> endOfHold(List<PendingHandler> due) {
    return steps(due, Step.EndHold.class)
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
    boolean touched = isTouched(app, undos);
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

  // a killed run may have restarted the app with the files that are now undone
  private boolean isTouched(String app, List<Undo> undos) {
    return tracks.hasReached(app, Phase.DISABLE)
        || undos.stream().anyMatch(undo -> undo.phase().compareTo(Phase.DISABLE) >= 0);
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
      case SOCKETS, LEAD, INSTANCES, TARGET, SITES, REMOVE_SITE_LINKS, SITE_LINKS, REMOVE_SITES ->
          false;
      case REMOVE_NGINX_CONF, NGINX_RELOAD, CERTIFICATES, STOP_INSTANCES, STOP_SOCKETS -> false;
      case PROCESSES, PROVE_PROCESSES, CONFIRM_PROCESSES -> false;
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

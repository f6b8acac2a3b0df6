// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.fleet.FleetRecord.Soak;
import dev.reconcile.fleet.Situation;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Quarantine;
import dev.reconcile.model.State;
import dev.reconcile.model.UnitStatus;
import dev.reconcile.state.StateFile;
import dev.reconcile.status.AppStatus;
import dev.reconcile.status.ExpectedState;
import dev.reconcile.status.Health;
import dev.reconcile.status.HostStatus;
import dev.reconcile.status.ProcessStatus;
import dev.reconcile.status.StatusCollector;
import dev.reconcile.status.StatusContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The question whether every app of this host answers. The host is looked at anew, because the
 * facts of the run are those from before its changes.
 */
final class FleetHealth {
  private static final String UNKNOWN = "The question is only whether the apps answer.";

  private final RunContext run;

  /**
   * @param run the run
   */
  FleetHealth(RunContext run) {
    this.run = run;
  }

  /** Returns a line for each app that does not answer. */
  List<String> silent(LoadedRevision loaded) throws CommandFailed, HostException {
    return lines(loaded, Optional.empty());
  }

  /** Returns a line for each app that has not stayed well since a soak began. */
  List<String> sinceSoak(LoadedRevision loaded, Soak soak, Situation.Self self)
      throws CommandFailed, HostException {
    return lines(loaded, Optional.of(soak.began().until(self.now())));
  }

  private List<String> lines(LoadedRevision loaded, Optional<Duration> soaked)
      throws CommandFailed, HostException {
    Instant now = Instant.now();
    Host host =
        run.hosts().open(run.arguments().root(), run.host().runName(), Layout.UNIT_PATTERNS);
    State state = StateFile.load(host.facts());
    ExpectedState expected =
        new ExpectedState(
            loaded.apps(),
            loaded.fronts(),
            loaded.ports().ports(),
            state.trials().quarantine().keySet(),
            Optional.empty(),
            UNKNOWN);
    String name = Hostname.of(run.arguments());
    HostStatus status =
        StatusCollector.of(host, state, expected, new StatusContext(name, now, true, List.of()));
    List<String> lines = new ArrayList<>();
    for (AppStatus app : status.apps()) {
      Optional<Quarantine> held = Optional.ofNullable(state.trials().quarantine().get(app.name()));
      if (soaked.isPresent() && held.isPresent()) {
        lines.add(app.name() + ": " + held.get().reason()); // it is at an earlier revision
        continue;
      }
      trouble(app, now)
          .or(() -> soaked.flatMap(time -> restarted(app, now.minus(time))))
          .ifPresent(what -> lines.add(app.name() + ": " + what));
    }
    return lines;
  }

  private static Optional<String> trouble(AppStatus app, Instant now) {
    for (ProcessStatus process : app.processes()) {
      Optional<Diagnostic> problem = process.problems(now).stream().findFirst();
      if (problem.isPresent()) {
        return problem.map(Diagnostic::detail);
      }
    }
    if (app.health().state() == Health.State.UNHEALTHY) {
      return Optional.of(app.health().words());
    }
    return app.visitor().failure().map(failure -> failure.kind().summary());
  }

  // systemd counts the automatic restarts since the last one that somebody asked for.
  private static Optional<String> restarted(AppStatus app, Instant began) {
    for (ProcessStatus process : app.processes()) {
      boolean isRestarted =
          process
              .service()
              .filter(unit -> unit.restarts() > 0)
              .flatMap(UnitStatus::since)
              .filter(since -> since.isAfter(began))
              .isPresent();
      if (isRestarted) {
        return Optional.of(process.unit() + " ended, and systemd has restarted it");
      }
    }
    return Optional.empty();
  }
}

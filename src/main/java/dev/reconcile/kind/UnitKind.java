// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.NginxProcess;
import dev.reconcile.host.UnitFacts;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Live;
import dev.reconcile.model.Phase;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Step;
import java.util.List;
import java.util.Optional;

/**
 * The running state of a systemd unit. Its name is the unit's. The handler that the resource
 * notifies starts it, because a start and a restart need the same health check.
 */
public final class UnitKind implements Kind<UnitKind.Spec> {
  /** The kind's name in addresses. */
  public static final String NAME = "unit";

  private static final String NGINX = "nginx.service";

  /** The state of a unit: up or not. */
  public record Spec(boolean running) {}

  /** Returns the address of a unit. */
  public static Address address(String unit) {
    return new Address(NAME, unit);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Class<Spec> specType() {
    return Spec.class;
  }

  @Override
  public Live observe(Facts facts, String unit, Optional<Spec> desired) throws HostException {
    if (!facts.live()) {
      return new Live.Unknowable("services");
    }
    UnitFacts found = facts.units().get(unit);
    boolean up =
        (found != null && (found.running() || isStartedAgain(unit, found)))
            || (desired.isPresent() && byHand(facts, unit));
    if (desired.isPresent()) {
      return new Live.Present(new Spec(up), true);
    }
    // A failed unit, or one that waits for its next start, must still be stopped for good. But a
    // unit that a package brought, such as nginx, must not be stopped because the last site has
    // gone.
    boolean idle =
        found == null || found.active().equals("inactive") || isOfPackage(found.fragment());
    return idle ? Live.ABSENT : new Live.Present(new Spec(true), true);
  }

  // systemd starts a process that ended again and again; a run can do no more.
  private static boolean isStartedAgain(String unit, UnitFacts found) {
    return Layout.isProcess(unit) && found.active().equals("activating");
  }

  // An nginx that runs outside of systemd serves, and has the ports, so nginx.service cannot start.
  // The process is recorded, so that its end is a difference for a later run.
  private static boolean byHand(Facts facts, String unit) throws HostException {
    if (!unit.equals(NGINX)) {
      return false;
    }
    Optional<NginxProcess> nginx = facts.runningNginx();
    return nginx.isPresent() && facts.stat("/proc/" + nginx.get().master()).isPresent();
  }

  private static boolean isOfPackage(String file) {
    return file.startsWith("/lib/") || file.startsWith("/usr/lib/");
  }

  @Override
  public String render(Spec spec) {
    return spec.running() ? "running\n" : "stopped\n";
  }

  @Override
  public Optional<Section> section() {
    return Optional.of(new UnitsSection());
  }

  @Override
  public List<PhasedStep> steps(Change change) {
    String unit = change.address().name();
    return switch (change) {
      case Change.Update u when !cast(u.after().spec()).running() ->
          List.of(making(u.after().role(), stop(unit)));
      case Change.Delete d when Layout.isTimer(unit) ->
          List.of(
              removing(d.owned().role(), stop(unit)),
              // a schedule of the same name would make up for runs since then
              removing(d.owned().role(), new Step.Remove(Layout.stampOf(unit))),
              // and would have the result of a run that is not its own; a run that is stopped
              // writes its result at its end
              new PhasedStep(Phase.REMOVE_FILES, new Step.BackUp(Layout.lastRunOf(unit))),
              new PhasedStep(
                  Phase.REMOVE_DIRECTORIES, new Step.RemoveEmptyDirectory(Layout.LAST_RUNS)));
      case Change.Delete d -> List.of(removing(d.owned().role(), stop(unit)));
      case Change.Create _, Change.Update _, Change.TakeOver _ ->
          List.of(); // its handler starts it
    };
  }

  private static Step stop(String unit) {
    return new Step.Systemctl(Step.UnitVerb.STOP, unit);
  }
}

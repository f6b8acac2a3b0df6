package dev.reconcile.kind;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.UnitFacts;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Live;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Step;
import java.util.List;
import java.util.Optional;

/**
 * Whether a systemd unit runs. Its name is the unit's. Starting is left to the handler that the
 * resource notifies, because a start and a restart need the same proof that it worked.
 */
public final class UnitKind implements Kind<UnitKind.Spec> {
  /** The name that addresses use. */
  public static final String NAME = "unit";

  /** Whether the unit is up. */
  public record Spec(boolean running) {}

  /** The address of a unit. */
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
    boolean up = found != null && found.running();
    if (desired.isPresent()) {
      return new Live.Present(new Spec(up), true);
    }
    // One that is failed or waits to be started again must still be stopped for good; but one that
    // a package brought, such as nginx, is not ours to stop because the last site has gone.
    boolean idle =
        found == null || found.active().equals("inactive") || isOfPackage(found.fragment());
    return idle ? Live.ABSENT : new Live.Present(new Spec(true), true);
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
      case Change.Delete d -> List.of(removing(d.owned().role(), stop(unit)));
      case Change.Create _, Change.Update _, Change.TakeOver _ ->
          List.of(); // its handler starts it
    };
  }

  private static Step stop(String unit) {
    return new Step.Systemctl(Step.UnitVerb.STOP, unit);
  }
}

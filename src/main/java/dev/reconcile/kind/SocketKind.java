package dev.reconcile.kind;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.host.UnitFacts;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Live;
import dev.reconcile.model.Phase;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Role;
import dev.reconcile.model.Step;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A socket that systemd listens on for an app. Its name is the socket unit's. Right means: the unit
 * is up, exactly one socket listens at the address, and the file has the right owner and mode.
 */
public final class SocketKind implements Kind<SocketKind.Spec> {
  /** The name that addresses use. */
  public static final String NAME = "socket";

  /** A spec's state when all is well. */
  public static final String LISTENING = "listening";

  private static final String NOT_LISTENING = "not listening";

  /** Whom Debian's nginx runs as, and whose sockets are as long as nobody else must be let in. */
  private static final String USUAL = Layout.WEB_USER;

  /**
   * A socket as it should be or is.
   *
   * @param address {@code unix:PATH} or {@code HOST:PORT}
   * @param attributes of the file; of no meaning for a port
   * @param state {@link #LISTENING}, or what is wrong in a few words
   */
  public record Spec(String address, FileAttributes attributes, String state) {}

  /** The address of a socket by its unit. */
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
    if (desired.isEmpty()) {
      return up
          ? new Live.Present(new Spec("", FileAttributes.root(0), LISTENING), true)
          : Live.ABSENT;
    }
    return up || !isHeldByAnother(facts, unit, desired.get())
        ? new Live.Present(look(facts, unit, up, desired.get()), true)
        : new Live.Obstructed("another program that listens on " + desired.get().address());
  }

  // A gunicorn that binds the path itself is the instance from before there was a socket unit.
  private static boolean isHeldByAnother(Facts facts, String unit, Spec wanted)
      throws HostException {
    return !isServed(facts, unit)
        && wanted.address().startsWith("unix:")
        && facts.listenersOn(wanted.address().substring("unix:".length())) > 0;
  }

  private static boolean isServed(Facts facts, String unit) throws HostException {
    UnitFacts instance = facts.units().get(unit.replaceFirst("\\.socket$", ".service"));
    return instance != null && instance.running();
  }

  private static Spec look(Facts facts, String unit, boolean up, Spec wanted) throws HostException {
    String address = wanted.address();
    if (!up) {
      return new Spec(address, wanted.attributes(), NOT_LISTENING);
    }
    if (!address.startsWith("unix:")) {
      int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
      boolean bound = facts.listenerOn(port).isPresent();
      return new Spec(address, wanted.attributes(), bound ? LISTENING : "nobody listens");
    }
    String path = address.substring("unix:".length());
    Optional<Stat> stat = facts.stat(path);
    if (stat.isEmpty()) {
      return new Spec(address, wanted.attributes(), "the socket's file is gone");
    }
    if (stat.get().type() != Stat.Type.SOCKET) {
      return new Spec(address, wanted.attributes(), stat.get().type().words() + " is in its place");
    }
    int count = facts.listenersOn(path);
    String state =
        switch (count) {
          case 0 -> "stale: nobody listens";
          // the listener may have lost the file to a program that bound the path anew and died
          case 1 ->
              isServed(facts, unit) && !facts.accepts(path) ? "stale: nobody accepts" : LISTENING;
          default -> count + " programs listen";
        };
    return new Spec(address, facts.attributes(stat.get(), wanted.attributes()), state);
  }

  @Override
  public String render(Spec spec) {
    if (spec.address().isEmpty()) {
      return spec.state() + "\n"; // only remembered: the unit is all that is known
    }
    String file = spec.address().startsWith("unix:") ? " " + spec.attributes() : "";
    return spec.address() + file + " (" + spec.state() + ")\n";
  }

  // Whom it belongs to is seen to in place, whoever that is: no restart must follow another owner.
  // The usual ones stand for all, so that what earlier versions remember still holds.
  @Override
  public byte[] identity(Spec spec) {
    FileAttributes same = new FileAttributes(USUAL, USUAL, spec.attributes().mode());
    return render(new Spec(spec.address(), same, spec.state())).getBytes(StandardCharsets.UTF_8);
  }

  // A wrong owner or mode is mended in place: restarting the socket would turn requests away.
  @Override
  public boolean notifies(Change change) {
    return !(change instanceof Change.Update u && cast(u.before()).state().equals(LISTENING));
  }

  @Override
  public List<PhasedStep> steps(Change change) {
    return switch (change) {
      // taken back: it was not listening before, and not only elsewhere
      case Change.Update u when cast(u.after().spec()).state().equals(NOT_LISTENING) ->
          List.of(
              making(u.after().role(), new Step.Systemctl(Step.UnitVerb.STOP, u.address().name())));
      case Change.Update u
          when !notifies(u) && cast(u.after().spec()).state().equals(LISTENING) -> {
        yield give(cast(u.before()), cast(u.after().spec()), u.after().role());
      }
      case Change.Delete d ->
          List.of(
              removing(
                  d.owned().role(), new Step.Systemctl(Step.UnitVerb.STOP, d.address().name())));
      case Change.Create _, Change.Update _, Change.TakeOver _ ->
          List.of(); // its handler starts it
    };
  }

  // While nginx goes over to another user, workers of both must be able to connect: one by the
  // owner, the other by the group. What only the old ones need goes when they are gone.
  private List<PhasedStep> give(Spec before, Spec after, Role role) {
    String path = after.address().substring("unix:".length());
    FileAttributes there = before.attributes();
    FileAttributes wanted = after.attributes();
    boolean isUsual = wanted.user().equals(USUAL);
    FileAttributes first = wanted;
    if (!there.group().equals(wanted.group())) {
      if (!there.user().equals(wanted.user())) {
        first =
            isUsual
                ? new FileAttributes(there.user(), wanted.group(), wanted.mode())
                : new FileAttributes(wanted.user(), there.group(), wanted.mode());
      } else if (isUsual && wanted.group().equals(USUAL)) {
        first = new FileAttributes(there.user(), there.group(), wanted.mode());
      }
    }
    PhasedStep now = making(role, new Step.SetAttributes(path, first));
    return first.equals(wanted)
        ? List.of(now)
        : List.of(
            now,
            new PhasedStep(Phase.STOP_INSTANCES, new Step.DrainNginx()),
            new PhasedStep(Phase.STOP_INSTANCES, new Step.SetAttributes(path, wanted)));
  }
}

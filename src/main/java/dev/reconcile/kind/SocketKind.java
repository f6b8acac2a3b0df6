// SPDX-License-Identifier: Apache-2.0
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
 * A socket that systemd listens on for an app. Its name is the socket unit's. It is as declared if
 * the unit is up, exactly one socket listens at the address, and the file has the right owner and
 * mode.
 */
public final class SocketKind implements Kind<SocketKind.Spec> {
  /** The kind's name in addresses. */
  public static final String NAME = "socket";

  /** The state of a socket that listens. */
  public static final String LISTENING = "listening";

  private static final String NOT_LISTENING = "not listening";

  /** A socket that is not used, because a server makes one itself. */
  public static final Spec OFF = new Spec("", FileAttributes.root(0), NOT_LISTENING);

  /** The user of Debian's nginx, which owns the sockets as long as no other user needs access. */
  private static final String USUAL = Layout.WEB_USER;

  /**
   * A socket, desired or live.
   *
   * @param address {@code unix:PATH} or {@code HOST:PORT}
   * @param attributes the attributes of the file; ignored for a port
   * @param state {@link #LISTENING}, or what is wrong in a few words
   */
  public record Spec(String address, FileAttributes attributes, String state) {}

  /** Returns the address of a socket by its unit. */
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
    if (wanted.equals(OFF)) {
      return new Spec(address, wanted.attributes(), LISTENING);
    }
    if (!address.startsWith("unix:")) {
      boolean bound = facts.listenerOn(Layout.portOf(address)).isPresent();
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
          // The listener may have lost the file to a program that bound the path again and died.
          case 1 ->
              isServed(facts, unit) && !facts.accepts(path) ? "stale: nobody accepts" : LISTENING;
          default -> count + " programs listen";
        };
    return new Spec(address, facts.attributes(stat.get(), wanted.attributes()), state);
  }

  @Override
  public String render(Spec spec) {
    if (spec.address().isEmpty()) {
      return spec.state() + "\n"; // only remembered: nothing but the unit is known
    }
    String file = spec.address().startsWith("unix:") ? " " + spec.attributes() : "";
    return spec.address() + file + " (" + spec.state() + ")\n";
  }

  // A change of the owner needs no restart, because it is applied in place. The digest therefore
  // contains the default owner for all, which also matches the digests that earlier versions
  // remember.
  @Override
  public byte[] identity(Spec spec) {
    FileAttributes same = new FileAttributes(USUAL, USUAL, spec.attributes().mode());
    return render(new Spec(spec.address(), same, spec.state())).getBytes(StandardCharsets.UTF_8);
  }

  // A wrong owner or mode is repaired in place: a restart of the socket would reject requests.
  @Override
  public boolean notifies(Change change) {
    return !(change instanceof Change.Update u && cast(u.before()).state().equals(LISTENING));
  }

  @Override
  public List<PhasedStep> steps(Change change) {
    return switch (change) {
      // A rollback: the socket did not listen at all before, not only at another address.
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

  // While nginx changes to another user, workers of both users must be able to connect: one by the
  // owner, the other by the group. Access that only the old workers need is removed when they are
  // gone.
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

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Live;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Role;
import dev.reconcile.model.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A symbolic link. Its name is its path. */
public final class LinkKind implements PathKind<LinkKind.Spec> {
  /** The kind's name in addresses. */
  public static final String NAME = "link";

  /** The target of a link, as written in it. */
  public record Spec(String target) {}

  /** Returns the address of a link. */
  public static Address address(String path) {
    return new Address(NAME, path);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean isTried() {
    return true;
  }

  @Override
  public boolean bringsPrograms() {
    return true;
  }

  @Override
  public Class<Spec> specType() {
    return Spec.class;
  }

  @Override
  public Stat.Type fileType() {
    return Stat.Type.LINK;
  }

  @Override
  public Live observe(Facts facts, String path, Stat stat, Optional<Spec> desired)
      throws HostException {
    return new Live.Present(new Spec(facts.readLink(path)), false);
  }

  @Override
  public String render(Spec spec) {
    return "-> " + spec.target() + "\n";
  }

  @Override
  public List<PhasedStep> steps(Change change) {
    String path = change.address().name();
    return switch (change) {
      case Change.Create c -> List.of(link(c.after().role(), path, cast(c.after().spec())));
      case Change.Update u -> List.of(link(u.after().role(), path, cast(u.after().spec())));
      case Change.TakeOver t -> {
        List<PhasedStep> actions = new ArrayList<>();
        if (t.before() instanceof Live.Obstructed) {
          actions.add(making(t.after().role(), new Step.BackUp(path)));
        }
        actions.add(link(t.after().role(), path, cast(t.after().spec())));
        yield actions;
      }
      case Change.Delete d -> List.of(removing(d.owned().role(), new Step.Remove(path)));
    };
  }

  private PhasedStep link(Role role, String path, Spec spec) {
    return making(role, new Step.WriteLink(path, spec.target()));
  }
}

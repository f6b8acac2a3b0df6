// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Live;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Step;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A foreign file that declares what only the desired state may declare: a site with an app's server
 * name, a log format of the same name, or a unit with the name of an app's. It is declared only
 * where it was found, its name is its path, and its desired state is absence. A plan therefore
 * refuses it like any other conflicting file, and with --take-over moves it into the backup.
 */
public final class ConflictKind implements Kind<ConflictKind.Spec> {
  /** The kind's name in addresses. */
  public static final String NAME = "conflict";

  /**
   * A conflicting file.
   *
   * @param what its content, in words
   * @param apps the apps that declare the same; empty if the host's own settings do
   */
  public record Spec(String what, SortedSet<String> apps) {
    public Spec {
      apps = Collections.unmodifiableSortedSet(new TreeSet<>(apps));
    }
  }

  /** Returns the address of a foreign file that must not stay. */
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
  public Class<Spec> specType() {
    return Spec.class;
  }

  @Override
  public Live observe(Facts facts, String path, Optional<Spec> desired) throws HostException {
    return facts.stat(path).isEmpty() || desired.isEmpty()
        ? Live.ABSENT
        : new Live.Obstructed(desired.get().what());
  }

  @Override
  public String render(Spec spec) {
    return "";
  }

  @Override
  public boolean isPruned() {
    return false;
  }

  @Override
  public boolean isLasting() {
    return false;
  }

  @Override
  public List<PhasedStep> steps(Change change) {
    return change instanceof Change.TakeOver t
        ? List.of(making(t.after().role(), new Step.BackUp(t.address().name())))
        : List.of();
  }
}

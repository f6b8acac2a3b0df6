// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.host.Facts;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Live;
import dev.reconcile.model.PhasedStep;
import java.util.List;
import java.util.Optional;

/**
 * The target of a directory that an app runs from and that reconcile does not manage: other tools
 * deploy by changing a link. It is declared as it was found, so it is never changed; but processes
 * that run from it must be restarted when it leads elsewhere. Each app that runs from it has one of
 * its own.
 */
public final class SourceKind implements Kind<SourceKind.Spec> {
  /** The kind's name in addresses. */
  public static final String NAME = "source";

  /** The links on the way, each with its target. */
  public record Spec(String links) {}

  /** Returns the address of a directory with code that reconcile does not manage. */
  public static Address address(String path) {
    return new Address(NAME, path);
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
  public Live observe(Facts facts, String path, Optional<Spec> desired) {
    return desired.isPresent() ? new Live.Present(desired.get(), true) : Live.ABSENT;
  }

  @Override
  public String render(Spec spec) {
    return spec.links();
  }

  @Override
  public boolean isPruned() {
    return false;
  }

  @Override
  public List<PhasedStep> steps(Change change) {
    return List.of();
  }
}

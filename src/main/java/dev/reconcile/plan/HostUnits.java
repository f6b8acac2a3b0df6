// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.LinkKind;
import dev.reconcile.kind.UnitKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Layout;
import dev.reconcile.model.UnitFilePath;
import java.util.Optional;
import java.util.Set;

/** The resources of a unit of the host's own: its file and drop-ins, its links, its state. */
public final class HostUnits {
  private HostUnits() {}

  /** Returns whether a resource is part of {@code unit}. */
  public static boolean isPart(Address address, String unit) {
    String name = address.name();
    return switch (address.kind()) {
      case FileKind.NAME ->
          UnitFilePath.of(name).map(UnitFilePath::unit).filter(unit::equals).isPresent();
      case LinkKind.NAME -> name.endsWith("/" + unit);
      case UnitKind.NAME -> name.equals(unit);
      default -> false;
    };
  }

  /**
   * Returns the unit of the host's own that a file belongs to; empty for a unit of apps and for a
   * file of no unit.
   *
   * @param path a file that systemd reads
   */
  public static Optional<String> of(String path) {
    return UnitFilePath.of(path)
        .map(UnitFilePath::unit)
        .filter(unit -> unit.contains(".") && !Layout.isOfApps(unit))
        .filter(unit -> !unit.equals(Layout.TARGET));
  }

  /** Returns {@code plan} without the parts of {@code units}. */
  public static Plan without(Plan plan, Set<String> units) {
    return plan.without(
        change ->
            change.app().isEmpty()
                && units.stream().anyMatch(unit -> isPart(change.address(), unit)),
        due -> units.stream().anyMatch(unit -> due.handler().id().endsWith(" " + unit)));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Layout;

/**
 * The drop-ins by which a unit in a sandbox leaves out those for all units of its type, because its
 * text contains them in the form that applies to it (systemd.unit(5): a drop-in of the unit's own
 * precedes one of the same name for its type).
 */
final class DropInMasks {
  private static final Content TEXT = Content.of("# taken up elsewhere\n");

  private DropInMasks() {}

  /**
   * Writes the drop-ins.
   *
   * @param unit the full name of a unit in {@link Layout#RUNTIME_UNITS}
   */
  static void write(Host host, FutureFiles files, String unit) throws HostException {
    String type = unit.substring(unit.lastIndexOf('.') + 1);
    for (String name : files.dropInsOfType(type)) {
      host.writeState(
          Layout.RUNTIME_UNITS + "/" + unit + ".d/" + name, TEXT, FileAttributes.root(0644));
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Layout;
import java.util.ArrayList;
import java.util.List;

/**
 * The mask of a unit: a link to /dev/null in the place of its file. systemd starts no such unit,
 * whoever asks (systemctl(1), mask).
 *
 * @param unit the unit
 * @param lasts whether the mask outlives a reboot
 */
public record UnitMask(String unit, boolean lasts) {
  private static final String NOTHING = "/dev/null";

  /** Returns the masks of a unit, the lasting one first; empty if it has none. */
  public static List<UnitMask> of(Facts facts, String unit) throws HostException {
    List<UnitMask> masks = new ArrayList<>();
    for (String folder : List.of(Layout.UNIT_FILES, Layout.RUNTIME_UNITS)) {
      String path = folder + "/" + unit;
      if (facts.stat(path).stream().anyMatch(stat -> stat.type() == Stat.Type.LINK)
          && facts.readLink(path).equals(NOTHING)) {
        masks.add(new UnitMask(unit, folder.equals(Layout.UNIT_FILES)));
      }
    }
    return masks;
  }

  /** Returns the command that removes the mask. */
  public String remedy() {
    return "systemctl unmask " + (lasts ? "" : "--runtime ") + unit;
  }
}

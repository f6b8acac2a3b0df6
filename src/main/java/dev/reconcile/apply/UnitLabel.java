// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.model.Step;

/** The label of a unit in messages. */
final class UnitLabel {
  private static final String BRIDGE = Step.StandbyInstance.nameOf("", "");

  private UnitLabel() {}

  /**
   * Returns the app for a unit of an app; for any other unit, its name without the suffix.
   *
   * @param unit the full name of the unit
   */
  static String of(String unit) {
    String name = unit.substring(0, unit.lastIndexOf('.'));
    String bridge = BRIDGE.substring(0, BRIDGE.length() - 1);
    if (name.startsWith(bridge)) {
      return name.substring(bridge.length(), name.lastIndexOf('.'));
    }
    return name.substring(name.indexOf('@') + 1);
  }
}

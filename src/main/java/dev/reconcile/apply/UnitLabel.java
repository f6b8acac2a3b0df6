// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.model.Step;

/** The label of a unit in messages. */
final class UnitLabel {
  private static final String STANDBY = Step.StandbyInstance.nameOf("", "");

  private UnitLabel() {}

  /**
   * Returns the app for a unit of an app; for any other unit, its name without the suffix.
   *
   * @param unit the full name of the unit
   */
  static String of(String unit) {
    String name = unit.substring(0, unit.lastIndexOf('.'));
    String standby = STANDBY.substring(0, STANDBY.length() - 1);
    if (name.startsWith(standby)) {
      return name.substring(standby.length(), name.lastIndexOf('.'));
    }
    return name.substring(name.indexOf('@') + 1);
  }
}

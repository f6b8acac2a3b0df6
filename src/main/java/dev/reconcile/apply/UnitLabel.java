package dev.reconcile.apply;

import dev.reconcile.model.Step;

/** Whom a unit works for, as a person would say it. */
final class UnitLabel {
  private static final String BRIDGE = Step.StandbyInstance.nameOf("", "");

  private UnitLabel() {}

  /**
   * The app that is in the name of one of its units; any other unit's name without its suffix.
   *
   * @param unit a unit's whole name
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

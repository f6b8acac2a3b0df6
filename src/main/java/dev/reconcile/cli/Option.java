// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

/**
 * An option of a command: all that help, manual, completion, parser and the record of a run with
 * nothing to do know of it.
 *
 * <p>Invariant: an option without a placeholder is a flag.
 *
 * @param name the long name, without dashes
 * @param letter the short name, without the dash; empty for none
 * @param placeholder what its value is called; empty for a flag
 * @param help what it does: a phrase without a full stop
 * @param values which values it takes
 * @param isRepeatable whether it may be given several times
 * @param affectsPlan whether a plan depends on it; false for how a run is presented
 * @param isConfigurable whether the configuration file may hold it
 */
public record Option(
    String name,
    String letter,
    String placeholder,
    String help,
    Values values,
    boolean isRepeatable,
    boolean affectsPlan,
    boolean isConfigurable) {

  /** An option without a value. */
  public static Option flag(String name, String help) {
    return new Option(name, "", "", help, Values.TEXT, false, true, true);
  }

  /** An option with a value. */
  public static Option value(String name, String placeholder, Values values, String help) {
    return new Option(name, "", placeholder, help, values, false, true, true);
  }

  /** The same option with a short name. */
  public Option withLetter(String shortName) {
    return new Option(
        name, shortName, placeholder, help, values, isRepeatable, affectsPlan, isConfigurable);
  }

  /** The same option, which may be given several times. */
  public Option repeatable() {
    return new Option(name, letter, placeholder, help, values, true, affectsPlan, isConfigurable);
  }

  /** The same option, on which no plan depends: it does not void the record of the last run. */
  public Option presentation() {
    return new Option(name, letter, placeholder, help, values, isRepeatable, false, isConfigurable);
  }

  /** The same option, for the command line only. */
  public Option typedOnly() {
    return new Option(name, letter, placeholder, help, values, isRepeatable, affectsPlan, false);
  }

  /** Whether it takes a value. */
  public boolean takesValue() {
    return !placeholder.isEmpty();
  }

  /** How it is typed. */
  public String syntax() {
    String dashed = letter.isEmpty() ? "--" + name : "-" + letter + ", --" + name;
    return takesValue() ? dashed + " " + placeholder : dashed;
  }

  /** Refuses a value that the option does not take. */
  void check(String text) throws CommandFailed {
    if (takesValue()) {
      values.check(name, placeholder, text);
    }
  }
}

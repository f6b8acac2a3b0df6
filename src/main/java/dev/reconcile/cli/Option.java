// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

/**
 * An option of a command. The help, the manual page, the completion, the parser and the no-op check
 * use this definition.
 *
 * <p>Invariant: an option without a placeholder is a flag.
 *
 * @param name the long name, without dashes
 * @param letter the short name, without the dash; empty for none
 * @param placeholder the name of the value in the help; empty for a flag
 * @param help the effect of the option: a phrase without a full stop
 * @param values the type of the value
 * @param isRepeatable whether the option may be given several times
 * @param affectsPlan whether a plan depends on the option; false for a presentation option
 * @param isConfigurable whether the configuration file may hold the option
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

  /** Creates an option without a value. */
  public static Option flag(String name, String help) {
    return new Option(name, "", "", help, Values.TEXT, false, true, true);
  }

  /** Creates an option with a value. */
  public static Option value(String name, String placeholder, Values values, String help) {
    return new Option(name, "", placeholder, help, values, false, true, true);
  }

  /** Returns this option with a short name. */
  public Option withLetter(String shortName) {
    return new Option(
        name, shortName, placeholder, help, values, isRepeatable, affectsPlan, isConfigurable);
  }

  /** Returns this option as one that may be given several times. */
  public Option repeatable() {
    return new Option(name, letter, placeholder, help, values, true, affectsPlan, isConfigurable);
  }

  /**
   * Returns this option as a presentation option: no plan depends on it, so a change of its value
   * does not invalidate the no-op record.
   */
  public Option presentation() {
    return new Option(name, letter, placeholder, help, values, isRepeatable, false, isConfigurable);
  }

  /** Returns this option for the command line only, not for the configuration file. */
  public Option typedOnly() {
    return new Option(name, letter, placeholder, help, values, isRepeatable, affectsPlan, false);
  }

  /** Tells whether the option takes a value. */
  public boolean takesValue() {
    return !placeholder.isEmpty();
  }

  /** Returns the form of the option on the command line, for the help. */
  public String syntax() {
    String dashed = letter.isEmpty() ? "--" + name : "-" + letter + ", --" + name;
    return takesValue() ? dashed + " " + placeholder : dashed;
  }

  /**
   * Checks a value.
   *
   * @throws CommandFailed if the option does not accept the value
   */
  void check(String text) throws CommandFailed {
    if (takesValue()) {
      values.check(name, placeholder, text);
    }
  }
}

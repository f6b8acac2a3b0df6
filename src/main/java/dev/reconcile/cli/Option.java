// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

/**
 * An option of a command. The help, the manual page, the completion, the parser and the no-op check
 * use this definition, and the command reads the value by it.
 *
 * <p>Invariant: its type tells how many values the command line may give: none, one or several.
 */
public sealed interface Option {
  /** An option without a value. */
  record Flag(Definition definition) implements Option {
    /** Returns this option with a short name. */
    public Flag withLetter(String letter) {
      return new Flag(definition.withLetter(letter));
    }

    /**
     * Returns this option as a presentation option: no plan depends on it, so a change of its value
     * does not invalidate the no-op record.
     */
    public Flag presentation() {
      return new Flag(definition.presentation());
    }

    /** Returns this option for the command line only, not for the configuration file. */
    public Flag typedOnly() {
      return new Flag(definition.typedOnly());
    }
  }

  /** An option with one value. */
  record Single(Definition definition) implements Option {
    /** Returns this option with a short name. */
    public Single withLetter(String letter) {
      return new Single(definition.withLetter(letter));
    }

    /** Returns this option as one that may be given several times. */
    public Repeatable repeatable() {
      return new Repeatable(definition);
    }

    /** Returns this option as a presentation option; see {@link Flag#presentation}. */
    public Single presentation() {
      return new Single(definition.presentation());
    }

    /** Returns this option for the command line only, not for the configuration file. */
    public Single typedOnly() {
      return new Single(definition.typedOnly());
    }
  }

  /** An option with a value that may be given several times. */
  record Repeatable(Definition definition) implements Option {
    /** Returns this option as a presentation option; see {@link Flag#presentation}. */
    public Repeatable presentation() {
      return new Repeatable(definition.presentation());
    }
  }

  /**
   * The properties that every option has.
   *
   * @param name the long name, without dashes
   * @param letter the short name, without the dash; empty for none
   * @param placeholder the name of the value in the help; empty for a flag
   * @param help the effect of the option: a phrase without a full stop
   * @param values the type of the value
   * @param affectsPlan whether a plan depends on the option; false for a presentation option
   * @param isConfigurable whether the configuration file may hold the option
   */
  record Definition(
      String name,
      String letter,
      String placeholder,
      String help,
      Values values,
      boolean affectsPlan,
      boolean isConfigurable) {

    private Definition withLetter(String shortName) {
      return new Definition(
          name, shortName, placeholder, help, values, affectsPlan, isConfigurable);
    }

    private Definition presentation() {
      return new Definition(name, letter, placeholder, help, values, false, isConfigurable);
    }

    private Definition typedOnly() {
      return new Definition(name, letter, placeholder, help, values, affectsPlan, false);
    }
  }

  /** Creates an option without a value. */
  static Flag flag(String name, String help) {
    return new Flag(new Definition(name, "", "", help, Values.TEXT, true, true));
  }

  /** Creates an option with a value. */
  static Single value(String name, String placeholder, Values values, String help) {
    return new Single(new Definition(name, "", placeholder, help, values, true, true));
  }

  /** Returns the properties. */
  Definition definition();

  /** Returns the long name, without dashes. */
  default String name() {
    return definition().name();
  }

  /** Returns the short name, without the dash; empty for none. */
  default String letter() {
    return definition().letter();
  }

  /** Returns the name of the value in the help; empty for a flag. */
  default String placeholder() {
    return definition().placeholder();
  }

  /** Returns the effect of the option: a phrase without a full stop. */
  default String help() {
    return definition().help();
  }

  /** Returns the type of the value. */
  default Values values() {
    return definition().values();
  }

  /** Tells whether a plan depends on the option; false for a presentation option. */
  default boolean affectsPlan() {
    return definition().affectsPlan();
  }

  /** Tells whether the configuration file may hold the option. */
  default boolean isConfigurable() {
    return definition().isConfigurable();
  }

  /** Tells whether the option takes a value. */
  default boolean takesValue() {
    return !(this instanceof Flag);
  }

  /** Returns the option as the command line has it, without its value. */
  default String dashed() {
    return "--" + name();
  }

  /** Returns the form of the option on the command line, for the help. */
  default String syntax() {
    String dashed = letter().isEmpty() ? dashed() : "-" + letter() + ", " + dashed();
    return takesValue() ? dashed + " " + placeholder() : dashed;
  }

  /**
   * Checks a value.
   *
   * @throws CommandFailed if the option does not accept the value
   */
  default void check(String text) throws CommandFailed {
    if (takesValue()) {
      values().check(name(), placeholder(), text);
    }
  }
}

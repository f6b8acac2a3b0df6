// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import dev.reconcile.model.TextFormat;
import java.util.List;

/**
 * The type of the value of an option or operand. The completion offers its values, and the parser
 * rejects others.
 */
public enum Values {
  /** Any text. */
  TEXT,
  /** The path of a directory. */
  DIRECTORY,
  /** The path of a file. */
  FILE,
  /** The name of an app. */
  APP,
  /** The web process, a background process or an instance of one, of the app before it. */
  PROCESS,
  /** A {@link #PROCESS} or a schedule of the app before it. */
  LOG,
  /** One of the words in the placeholder, which are separated by bars. */
  CHOICE,
  /** A duration with its unit. */
  DURATION,
  /** A whole number of at most nine digits. */
  WHOLE_NUMBER;

  /** Returns the words of a placeholder. */
  public static List<String> choices(String placeholder) {
    return List.of(placeholder.split("\\|", -1));
  }

  // No switch: the compiler's class for it would be loaded in a run with nothing to do.
  void check(String name, String placeholder, String text) throws CommandFailed {
    if (this == CHOICE && !choices(placeholder).contains(text)) {
      String words = String.join(" or ", choices(placeholder));
      throw Invocation.usage(
          "Unknown option value", "--" + name + " takes " + words + ", not \"" + text + "\".");
    }
    if (this == DURATION && !TextFormat.DURATION.accepts(text)) {
      throw Invocation.usage(
          "Invalid duration", "--" + name + " takes " + TextFormat.DURATION.meaning() + ".");
    }
    if (this == WHOLE_NUMBER && !text.matches("[0-9]{1,9}")) {
      throw Invocation.usage(
          "Invalid number", "--" + name + " takes a whole number, not \"" + text + "\".");
    }
  }
}

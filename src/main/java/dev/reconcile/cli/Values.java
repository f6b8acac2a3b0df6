// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import dev.reconcile.model.TextFormat;
import java.util.List;

/**
 * Which values an option or an operand takes: what is offered to somebody who types it, and what
 * the parser refuses.
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
  /** One of the words in the placeholder, which a bar separates. */
  CHOICE,
  /** A time with its unit. */
  DURATION,
  /** A whole number of at most nine digits. */
  WHOLE_NUMBER;

  /** The words of a placeholder. */
  public static List<String> choices(String placeholder) {
    return List.of(placeholder.split("\\|", -1));
  }

  // No switch: a run with nothing to do would load the class of its table.
  void check(String name, String placeholder, String text) throws CommandFailed {
    if (this == CHOICE && !choices(placeholder).contains(text)) {
      String words = String.join(" or ", choices(placeholder));
      throw Invocation.usage(
          "Unknown " + name, "--" + name + " takes " + words + ", not \"" + text + "\".");
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

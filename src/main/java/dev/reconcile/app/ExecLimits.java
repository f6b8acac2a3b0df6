// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Value;
import java.nio.charset.StandardCharsets;

/**
 * The limit of Linux for one argument or variable of a program (execve(2), MAX_ARG_STRLEN). A
 * program with a longer one does not start, and a schedule would show that only when it is due.
 */
final class ExecLimits {
  /** The bytes of 32 pages, without the NUL at the end. */
  static final int MOST_BYTES = 32 * 4096 - 1;

  private ExecLimits() {}

  /** Reports a word of a command that is too long; returns whether there is one. */
  static boolean checkWord(String word, Origin origin, Declarations mistakes) {
    return check(word, "A word of the command", origin, mistakes);
  }

  /** Reports a variable that is too long. */
  static void checkVariable(String name, Value value, Declarations mistakes) {
    if (value instanceof Value.Scalar scalar) {
      check(name + "=" + scalar.text(), name + " with its value", value.origin(), mistakes);
    }
  }

  private static boolean check(String text, String what, Origin origin, Declarations mistakes) {
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    if (length > MOST_BYTES) {
      mistakes.error(
          origin,
          "Argument too long",
          "%s has %d bytes; Linux allows %d. Write it to a file of the source, and read that."
              .formatted(what, length, MOST_BYTES));
    }
    return length > MOST_BYTES;
  }
}

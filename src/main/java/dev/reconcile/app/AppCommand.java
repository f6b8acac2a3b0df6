// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.model.Origin;
import java.time.Duration;
import java.util.List;

/**
 * A command that an app's file declares. No shell reads it: {@code %} and {@code $} mean
 * themselves.
 *
 * <p>Invariant: there is at least one word, and the timeout is more than zero.
 *
 * @param words the program and its arguments; the program is looked for in the virtualenv's {@code
 *     bin} first, unless it contains a slash
 * @param timeout the longest time that the command may take
 * @param origin where the command is declared
 */
public record AppCommand(List<String> words, Duration timeout, Origin origin) {
  public AppCommand {
    words = List.copyOf(words);
  }
}

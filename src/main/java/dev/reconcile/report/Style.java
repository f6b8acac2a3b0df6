// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.model.Diagnostic;
import java.util.regex.Matcher;

/**
 * The marking of text: colours on a terminal, none elsewhere; and the root directory in the
 * commands that it contains.
 *
 * @param isColoured whether there are colours
 * @param root the directory that {@code --root} names; empty without the option
 */
public record Style(boolean isColoured, String root) {
  public static final Style PLAIN = new Style(false, "");
  public static final Style COLOUR = new Style(true, "");

  /** The colours, named by their meaning. */
  enum Paint {
    SUCCESS("32"),
    ERROR("31"),
    WARNING("33"),
    DIM("2"),
    BOLD("1");

    private final String code;

    Paint(String code) {
      this.code = code;
    }
  }

  /** Returns the same colours for a run with another root directory; empty for none. */
  public Style in(String directory) {
    return new Style(isColoured, directory);
  }

  /** Returns {@code text} in a colour (ECMA-48, SGR), or unchanged in the plain style. */
  String paint(Paint paint, String text) {
    return !isColoured || text.isEmpty() ? text : "\u001b[" + paint.code + "m" + text + "\u001b[0m";
  }

  /**
   * Returns a command to type, on its own line, which acts on the host of this run: a command of
   * reconcile has the same {@code --root}.
   */
  public String command(String command) {
    return "    " + paint(Paint.BOLD, root.isEmpty() ? command : rooted(command)) + "\n";
  }

  private String rooted(String command) {
    String word = Diagnostic.word(root);
    return command.replaceFirst(
        "^reconcile (apply|doctor|history|plan|resume|rollback|status|suspend)\\b",
        "$0 --root " + Matcher.quoteReplacement(word));
  }
}

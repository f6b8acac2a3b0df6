// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.model.Diagnostic;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The marking of text: colours on a terminal, none elsewhere; and the program and the root
 * directory in the commands that it contains.
 *
 * @param isColoured whether there are colours
 * @param root the directory that {@code --root} names; empty without the option
 * @param program the first word of a command of reconcile, such as {@code reconcile}
 */
public record Style(boolean isColoured, String root, String program) {
  private static final String RECONCILE = "reconcile";

  public static final Style PLAIN = new Style(false, "", RECONCILE);
  public static final Style COLOUR = new Style(true, "", RECONCILE);

  // A command of reconcile: at the beginning, or after "&&" or "sudo".
  private static final Pattern COMMAND =
      Pattern.compile("(?<=^|&& |sudo )reconcile(?= )", Pattern.MULTILINE);

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
    return new Style(isColoured, directory, program);
  }

  /** Returns the same style for a program that the user calls by another name. */
  public Style calledAs(String name) {
    return new Style(isColoured, root, name);
  }

  /** Returns {@code text} in a colour (ECMA-48, SGR), or unchanged in the plain style. */
  String paint(Paint paint, String text) {
    return !isColoured || text.isEmpty() ? text : "\u001b[" + paint.code + "m" + text + "\u001b[0m";
  }

  /**
   * Returns a command to type, on its own line, which acts on the host of this run: a command of
   * reconcile has the same {@code --root}, and the name by which the user called the program.
   */
  public String command(String command) {
    return "    " + paint(Paint.BOLD, called(root.isEmpty() ? command : rooted(command))) + "\n";
  }

  private String called(String command) {
    return program.equals(RECONCILE)
        ? command
        : COMMAND.matcher(command).replaceAll(Matcher.quoteReplacement(Diagnostic.word(program)));
  }

  private String rooted(String command) {
    String word = Diagnostic.word(root);
    return command.replaceFirst(
        "^reconcile (apply|doctor|history|plan|resume|rollback|status|suspend)\\b",
        "$0 --root " + Matcher.quoteReplacement(word));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a command that only a shell understands, such as {@code &&}. No shell reads an app's
 * commands, so its program would get the part as an argument.
 *
 * <p>Invariant: quoted and escaped characters are no syntax, and neither is an operator inside a
 * longer word, such as the {@code &} of a URL.
 *
 * @param part the part as written
 * @param index where it begins in the command
 */
record ShellSyntax(String part, int index) {
  /** What a shell does itself. Debian has no such programs. */
  private static final Set<String> BUILTINS =
      Set.of("cd", "export", "source", ".", "exec", "eval", "set", "umask", "ulimit");

  private static final Pattern WORD = Pattern.compile("\\S+");

  // an operator between commands, or a redirection that is a word or that a file's name follows
  private static final Pattern OPERATOR =
      Pattern.compile(
          """
          &&|\\|\\|?|\\|&|&|;;?|[0-9]?(?:>>?|<<?<?|>\\||>&[0-9-])|&>>?\
          |[0-9]?(?:>>?|<)[A-Za-z_./~\\uFFFF][^>]*|&>>?[A-Za-z_./~\\uFFFF].*\
          """);
  private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\(|`|;$");
  private static final Pattern SCRIPT = Pattern.compile("(?s).*\\s-[a-z]*[ce]\\s.*");
  private static final char QUOTED = '\uFFFF';

  /** Returns the first such part of a command whose quotation marks are closed. */
  static Optional<ShellSyntax> in(String command) {
    String bare = bare(command);
    Matcher word = WORD.matcher(bare);
    for (boolean isFirst = true; word.find(); isFirst = false) {
      String text = bare.substring(word.start(), word.end());
      if (OPERATOR.matcher(text).matches()
          || text.startsWith("~/")
          || (isFirst && (BUILTINS.contains(text) || text.startsWith("(")))) {
        return Optional.of(
            new ShellSyntax(command.substring(word.start(), word.end()), word.start()));
      }
      Matcher inside = SUBSTITUTION.matcher(text);
      if (inside.find()) {
        return Optional.of(
            new ShellSyntax(
                text.substring(inside.start(), inside.end()), word.start() + inside.start()));
      }
    }
    return Optional.empty();
  }

  // The command with another character in place of each that is quoted or escaped. A shell looks
  // for $( in double quotes too, but in those of sh -c "…" it is the other shell that does.
  private static String bare(String command) {
    boolean isScript = SCRIPT.matcher(command).matches();
    StringBuilder bare = new StringBuilder();
    char quote = 0;
    for (int i = 0; i < command.length(); i++) {
      char c = command.charAt(i);
      if (c == '\\' && quote != '\'' && i + 1 < command.length()) {
        bare.append(QUOTED).append(QUOTED);
        i++;
      } else if (quote == '"' && !isScript && command.startsWith("$(", i)) {
        bare.append("$(");
        i++;
      } else if (quote == 0 && c != '"' && c != '\'') {
        bare.append(c);
      } else {
        bare.append(QUOTED);
        quote = quote == 0 ? c : c == quote ? 0 : quote;
      }
    }
    return bare.toString();
  }

  /** Returns what is wrong and what to write. */
  String detail(String command) {
    boolean isShort = command.length() <= 80 && command.indexOf('\'') < 0;
    return "\"%s\" is shell syntax, and reconcile runs no shell. Write sh -c '%s'."
        .formatted(part, isShort ? command.strip() : "...");
  }
}

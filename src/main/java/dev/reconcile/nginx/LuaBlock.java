// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.nginx;

/**
 * The Lua code of a directive such as {@code content_by_lua_block}. It ends at the brace that
 * closes the directive. Braces in Lua's strings, long brackets and comments do not count, as
 * lua-nginx-module defines those (util/gen-lexer-c): a string ends in its line, and a quote that is
 * not closed in its line is an ordinary character.
 *
 * <p>Invariant: the time is linear in the length of the text.
 */
final class LuaBlock {
  private static final String NAME = "_by_lua_block";

  private final String text;
  private int at;
  private int open;
  private int unclosedDouble;
  private int unclosedSingle;
  private String mistake = "";

  private LuaBlock(String text, int at) {
    this.text = text;
    this.at = at;
    this.open = at;
  }

  /** Reports whether the block of a directive with this name has Lua code. */
  static boolean isNamed(String name) {
    return name.endsWith(NAME);
  }

  /**
   * The code.
   *
   * @param end the position after the closing brace, or of the end of the code that was read
   * @param mistake why nginx would refuse the block; empty if it would not
   * @param place the position that nginx names for the mistake
   */
  record Code(int end, String mistake, int place) {}

  /**
   * Reads the code of a block.
   *
   * @param from the position after the opening brace
   */
  static Code read(String text, int from) {
    LuaBlock block = new LuaBlock(text, from);
    block.toTheEnd();
    return new Code(block.at, block.mistake, block.mistake.isEmpty() ? block.at : block.open);
  }

  private void toTheEnd() {
    int depth = 1;
    while (depth > 0 && mistake.isEmpty()) {
      if (at == text.length()) {
        mistake = "unexpected end of file, expecting terminating characters for lua code block";
        return;
      }
      char c = text.charAt(at);
      switch (c) {
        case '{' -> {
          depth++;
          open = at;
        }
        case '}' -> depth--;
        case '"', '\'' -> string(c);
        case '-' -> comment();
        case '[' -> longBracket(at);
        default -> {}
      }
      at++;
    }
  }

  // Advances to the closing quote. All later quotes of a line with an unclosed one are behind a
  // backslash, and unclosed as well: they need not be tried.
  private void string(char quote) {
    if (at < (quote == '"' ? unclosedDouble : unclosedSingle)) {
      return;
    }
    int end = at + 1;
    while (end < text.length() && text.charAt(end) != '\n') {
      char c = text.charAt(end);
      if (c == quote) {
        at = end;
        return;
      }
      end += c == '\\' && end + 1 < text.length() && text.charAt(end + 1) != '\n' ? 2 : 1;
    }
    if (quote == '"') {
      unclosedDouble = end;
    } else {
      unclosedSingle = end;
    }
  }

  private void comment() {
    if (!text.startsWith("--", at)) {
      return;
    }
    int begin = at;
    longBracket(at + 2);
    if (at == begin) {
      int end = text.indexOf('\n', at);
      at = (end < 0 ? text.length() : end) - 1;
    }
  }

  // Advances to the last character of the closing long bracket, if an opening one is here.
  private void longBracket(int begin) {
    int end = begin + 1;
    while (end < text.length() && text.charAt(end) == '=') {
      end++;
    }
    if (!text.startsWith("[", begin) || !text.startsWith("[", end)) {
      return;
    }
    String closing = "]" + "=".repeat(end - begin - 1) + "]";
    int close = text.indexOf(closing, end + 1);
    if (close < 0) {
      mistake = "Lua code block missing the closing long bracket \"" + closing + "\"";
      open = begin;
      at = text.length() - 1;
    } else {
      at = close + closing.length() - 1;
    }
  }
}

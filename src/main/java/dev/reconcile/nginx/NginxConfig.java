// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.nginx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A parser of nginx configuration. It follows nginx's rules for words, quotes, escapes, comments
 * and blocks (nginx: ngx_conf_file.c). Lua code in a block is a word ({@link LuaBlock}). It
 * evaluates nothing.
 *
 * <p>Invariant: the parser accepts any text without an exception, in time linear in its length.
 */
public final class NginxConfig {
  private static final int DEEPEST = 50;

  private final String file;
  private final String text;
  private int at;
  private int line = 1;
  private Optional<Mistake> mistake = Optional.empty();

  /**
   * The result of parsing a text.
   *
   * @param directives the directives before the mistake, or all of them
   * @param mistake why nginx would refuse the text
   */
  public record Parsed(List<Directive> directives, Optional<Mistake> mistake) {
    public Parsed {
      directives = List.copyOf(directives);
    }
  }

  /**
   * The place and reason at which parsing stopped before the end of the text.
   *
   * @param line from 1
   * @param what a short description of the mistake
   */
  public record Mistake(int line, String what) {}

  private NginxConfig(String file, String text) {
    this.file = file;
    this.text = text;
  }

  /**
   * Parses a text. Parsing stops at the first malformed directive, because nginx refuses the whole
   * file.
   *
   * @param file the file name that the directives get
   */
  public static Parsed parse(String file, String text) {
    NginxConfig config = new NginxConfig(file, text);
    List<Directive> directives = config.block(0);
    return new Parsed(directives, config.mistake);
  }

  private List<Directive> block(int depth) {
    List<Directive> directives = new ArrayList<>();
    List<String> words = new ArrayList<>();
    int began = line;
    int start = at;
    while (mistake.isEmpty() && skipToWord()) {
      char c = text.charAt(at);
      if (words.isEmpty()) {
        began = line;
        start = at;
      }
      boolean ends = c == ';' || c == '{' || c == '}';
      if (ends && words.isEmpty() != (c == '}')) {
        fail("unexpected \"" + c + "\"");
        break;
      }
      if (!ends) {
        words.add(c == '"' || c == '\'' ? quoted(c) : bare());
        continue;
      }
      at++;
      if (c == '}') {
        if (depth == 0) {
          fail("unexpected \"}\"");
        }
        return directives;
      }
      boolean isLua = c == '{' && LuaBlock.isNamed(words.getFirst());
      if (isLua) {
        words.add(lua());
      }
      List<Directive> inner = c == '{' && !isLua ? inner(depth) : List.of();
      String written = text.substring(start, at);
      directives.add(new Directive(words, c == '{' && !isLua, inner, file, began, written));
      words.clear();
    }
    if (depth > 0 || !words.isEmpty()) {
      fail("unexpected end of file, expecting \"" + (words.isEmpty() ? "}" : ";") + "\"");
    }
    return directives;
  }

  private List<Directive> inner(int depth) {
    if (depth < DEEPEST) {
      return block(depth + 1);
    }
    fail("more than " + DEEPEST + " blocks in each other");
    return List.of();
  }

  // nginx passes the code to the directive as a further parameter.
  private String lua() {
    LuaBlock.Code code = LuaBlock.read(text, at);
    int begin = at;
    if (!code.mistake().isEmpty()) {
      advance(code.place());
      fail(code.mistake());
    }
    advance(code.end());
    return text.substring(begin, code.mistake().isEmpty() ? at - 1 : at);
  }

  private void advance(int to) {
    while (at < to) {
      line += text.charAt(at++) == '\n' ? 1 : 0;
    }
  }

  private void fail(String what) {
    mistake = mistake.or(() -> Optional.of(new Mistake(line, what)));
  }

  /**
   * Advances to the next character outside of whitespace and comments; false at the end of the
   * text.
   */
  private boolean skipToWord() {
    boolean comment = false;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\n') {
        line++;
        comment = false;
      } else if (c == '#') {
        comment = true;
      } else if (!comment && !isBlank(c)) {
        return true;
      }
      at++;
    }
    return false;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }

  private String quoted(char quote) {
    StringBuilder word = new StringBuilder();
    at++;
    while (at < text.length() && text.charAt(at) != quote) {
      character(word);
    }
    if (at == text.length()) {
      fail("a quote is not closed");
      return word.toString();
    }
    at++;
    // A word may follow a quote without whitespace only in "if ($a = "b")".
    if (at < text.length() && !isBlank(text.charAt(at)) && ";{)".indexOf(text.charAt(at)) < 0) {
      fail("unexpected \"" + text.charAt(at) + "\" after a quote");
    }
    return word.toString();
  }

  // The braces after the dollar sign of "${name}" are part of a word; after an escape they are not.
  private String bare() {
    StringBuilder word = new StringBuilder();
    boolean isVariable = false;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == ';' || (c == '{' && !isVariable) || isBlank(c)) {
        break;
      }
      isVariable = c == '$' || c == '{';
      character(word);
    }
    return word.toString();
  }

  // nginx leaves any other escape as written, because it may belong to a regular expression.
  private void character(StringBuilder word) {
    char c = text.charAt(at++);
    line += c == '\n' ? 1 : 0;
    if (c != '\\' || at == text.length()) {
      word.append(c);
      return;
    }
    char next = text.charAt(at++);
    line += next == '\n' ? 1 : 0;
    switch (next) {
      case '"', '\'', '\\' -> word.append(next);
      case 't' -> word.append('\t');
      case 'r' -> word.append('\r');
      case 'n' -> word.append('\n');
      default -> word.append(c).append(next);
    }
  }
}

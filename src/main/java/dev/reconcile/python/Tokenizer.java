// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.python;

import dev.reconcile.python.Token.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A splitter of a module into logical lines and tokens (docs.python.org, "Lexical analysis").
 *
 * <p>Invariant: a text that is no Python, because a string or a bracket does not end, is refused as
 * a whole.
 */
final class Tokenizer {
  private static final Pattern STRING = Pattern.compile("([A-Za-z]{0,2})(\"\"\"|'''|\"|')");
  private static final Pattern NAME =
      Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern NUMBER = Pattern.compile("\\.?[0-9](?:[eE][+-]|[0-9A-Za-z_.])*");
  private static final Pattern SIGN =
      Pattern.compile(
          "(?:\\*\\*|//|>>|<<|[-+*/%@&|^<>=!:])?=|->|\\*\\*|//|>>|<<|.", Pattern.DOTALL);

  private final String text;
  private final List<ModuleLine> lines = new ArrayList<>();
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  private int lineStart;
  private int depth;
  private boolean isIndented;

  private Tokenizer(String text) {
    this.text = text.replace("\r\n", "\n").replace('\r', '\n').replaceFirst("^\ufeff", "");
  }

  /**
   * Returns the logical lines.
   *
   * @throws MalformedModule if a string or a bracket does not end
   */
  static List<ModuleLine> lines(String text) throws MalformedModule {
    Tokenizer tokenizer = new Tokenizer(text);
    tokenizer.read();
    return tokenizer.lines;
  }

  private void read() throws MalformedModule {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\n') {
        at++;
        nextLine();
        end();
      } else if (c == '\\' && at + 1 < text.length() && text.charAt(at + 1) == '\n') {
        at += 2;
        nextLine();
      } else if (c == '#') {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (Character.isWhitespace(c)) {
        at++;
      } else {
        token();
      }
    }
    end();
    if (depth != 0) {
      throw new MalformedModule();
    }
  }

  private void nextLine() {
    line++;
    lineStart = at;
  }

  private void end() {
    if (depth == 0 && !tokens.isEmpty()) {
      lines.add(new ModuleLine(isIndented, tokens));
      tokens.clear();
    }
  }

  private void token() throws MalformedModule {
    if (tokens.isEmpty()) {
      isIndented = at > lineStart;
    }
    Matcher matcher = STRING.matcher(text).region(at, text.length());
    if (matcher.lookingAt()) {
      string(String.valueOf(matcher.group(1)), String.valueOf(matcher.group(2)));
    } else if (matcher.usePattern(NAME).lookingAt()) {
      add(Sort.NAME, matcher.group());
    } else if (matcher.usePattern(NUMBER).lookingAt()) {
      add(Sort.NUMBER, matcher.group());
    } else {
      matcher.usePattern(SIGN).lookingAt();
      String sign = matcher.group();
      depth += "([{".contains(sign) ? 1 : ")]}".contains(sign) ? -1 : 0;
      if (depth < 0) {
        throw new MalformedModule();
      }
      add(Sort.SIGN, sign);
    }
  }

  private void add(Sort sort, String token) {
    tokens.add(new Token(sort, token, line, at - lineStart + 1));
    at += token.length();
  }

  private void string(String prefix, String quote) throws MalformedModule {
    int beginLine = line;
    int column = at - lineStart + 1;
    at += prefix.length() + quote.length();
    int begin = at;
    while (!text.startsWith(quote, at)) {
      if (at >= text.length() || (quote.length() == 1 && text.charAt(at) == '\n')) {
        throw new MalformedModule();
      }
      at += text.charAt(at) == '\\' && at + 1 < text.length() ? 2 : 1;
      if (at <= text.length() && text.charAt(at - 1) == '\n') {
        nextLine();
      }
    }
    String raw = text.substring(begin, at);
    at += quote.length();
    String letters = prefix.toLowerCase(Locale.ROOT);
    boolean plain = letters.isEmpty() || letters.equals("u");
    boolean known = letters.equals("r") || (plain && Escapes.isKnown(raw));
    tokens.add(
        new Token(
            known ? Sort.STRING : Sort.OTHER_STRING,
            plain && known ? Escapes.resolved(raw) : raw,
            beginLine,
            column));
  }
}

package dev.reconcile.nginx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads nginx configuration into directives, by nginx's own rules for words, quotes, escapes,
 * comments and blocks (nginx: ngx_conf_file.c). Nothing is evaluated.
 *
 * <p>Invariant: any text is read without failing, and in time that grows with its length alone.
 */
public final class NginxConfig {
  private static final int DEEPEST = 50;

  private final String file;
  private final String text;
  private int at;
  private int line = 1;
  private Optional<Mistake> mistake = Optional.empty();

  /**
   * A text that was read.
   *
   * @param directives what stands before the mistake, if there is one
   * @param mistake why nginx would refuse the text
   */
  public record Parsed(List<Directive> directives, Optional<Mistake> mistake) {
    public Parsed {
      directives = List.copyOf(directives);
    }
  }

  /**
   * Where and why the reading ended before the end.
   *
   * @param line from 1
   * @param what the matter, in a few words
   */
  public record Mistake(int line, String what) {}

  private NginxConfig(String file, String text) {
    this.file = file;
    this.text = text;
  }

  /**
   * The directives of a text; what is malformed ends the reading, as nginx itself would refuse it.
   *
   * @param file the file's name, for the directives' places
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
      List<Directive> inner = c == '{' ? inner(depth) : List.of();
      String written = text.substring(start, at);
      directives.add(new Directive(words, c == '{', inner, file, began, written));
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

  private void fail(String what) {
    mistake = mistake.or(() -> Optional.of(new Mistake(line, what)));
  }

  /** Goes to the next character that is neither blank nor comment; false if there is none. */
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
    // "if ($a = "b")": only there may something follow a quote without a blank
    if (at < text.length() && !isBlank(text.charAt(at)) && ";{)".indexOf(text.charAt(at)) < 0) {
      fail("unexpected \"" + text.charAt(at) + "\" after a quote");
    }
    return word.toString();
  }

  // "${name}" is part of a word although it has braces
  private String bare() {
    StringBuilder word = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at);
      boolean braced = c == '{' && at > 0 && text.charAt(at - 1) == '$' && !word.isEmpty();
      if (c == ';' || (c == '{' && !braced) || isBlank(c)) {
        break;
      }
      character(word);
    }
    return word.toString();
  }

  // An escape of anything but these stays as it is: it may be one of a regular expression.
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

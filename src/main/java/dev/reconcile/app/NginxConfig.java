package dev.reconcile.app;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads nginx configuration into directives, by nginx's own rules for words, quotes, comments and
 * blocks (nginx: ngx_conf_file.c). Nothing is evaluated.
 */
final class NginxConfig {
  /**
   * A directive.
   *
   * @param words its name and parameters, quotes removed
   * @param block the directives inside its braces; empty if it has none
   * @param line where it begins, from 1
   */
  record Directive(List<String> words, List<Directive> block, int line) {
    Directive {
      words = List.copyOf(words);
      block = List.copyOf(block);
    }

    String name() {
      return words.isEmpty() ? "" : words.getFirst();
    }
  }

  private final String text;
  private int at;
  private int line = 1;

  private NginxConfig(String text) {
    this.text = text;
  }

  /**
   * The directives of a file; what is malformed ends the reading, as nginx itself would refuse it.
   */
  static List<Directive> parse(String text) {
    return new NginxConfig(text).block(0);
  }

  private List<Directive> block(int depth) {
    List<Directive> directives = new ArrayList<>();
    List<String> words = new ArrayList<>();
    int began = line;
    while (at < text.length()) {
      char c = text.charAt(at);
      switch (c) {
        case ';' -> {
          at++;
          directives.add(new Directive(words, List.of(), began));
          words.clear();
        }
        case '{' -> {
          at++;
          List<Directive> inner = depth < 50 ? block(depth + 1) : List.of();
          directives.add(new Directive(words, inner, began));
          words.clear();
        }
        case '}' -> {
          at++;
          return directives;
        }
        case '#' -> skipComment();
        case ' ', '\t', '\r', '\n' -> skipBlank(c);
        default -> {
          began = words.isEmpty() ? line : began;
          words.add(c == '"' || c == '\'' ? quoted(c) : bare());
        }
      }
    }
    return directives;
  }

  private void skipBlank(char c) {
    line += c == '\n' ? 1 : 0;
    at++;
  }

  private void skipComment() {
    while (at < text.length() && text.charAt(at) != '\n') {
      at++;
    }
  }

  private String quoted(char quote) {
    StringBuilder word = new StringBuilder();
    at++;
    while (at < text.length() && text.charAt(at) != quote) {
      char c = text.charAt(at);
      if (c == '\\' && at + 1 < text.length()) {
        at++;
        c = text.charAt(at);
      }
      line += c == '\n' ? 1 : 0;
      word.append(c);
      at++;
    }
    at++;
    return word.toString();
  }

  // "${name}" is part of a word although it has braces
  private String bare() {
    int start = at;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '$' && at + 1 < text.length() && text.charAt(at + 1) == '{') {
        at += 2;
      } else if (c == '\\') {
        at += 2;
      } else if (c == ';' || c == '{' || Character.isWhitespace(c)) {
        break;
      } else {
        at++;
      }
    }
    at = Math.min(at, text.length());
    return text.substring(start, at);
  }
}

package dev.reconcile.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The words of a command line of a unit, its variables replaced (systemd.service(5)). */
final class CommandWords {
  private CommandWords() {}

  /** The words; the program first, without the characters that systemd takes before it. */
  static List<String> of(String line, Map<String, String> environment) {
    List<String> words = new ArrayList<>();
    for (String word : split(line.replaceFirst("^[-@:+!|]+", ""))) {
      if (word.matches("\\$[A-Za-z_][A-Za-z0-9_]*")) {
        words.addAll(split(environment.getOrDefault(word.substring(1), "")));
      } else {
        words.add(replaced(word, environment));
      }
    }
    return words;
  }

  /** The words of a text by its blanks and quotes. */
  static List<String> split(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        word.append(text.charAt(++i));
        inWord = true;
      } else if (c == quote || (quote == 0 && (c == '"' || c == '\''))) {
        quote = quote == 0 ? c : 0;
        inWord = true;
      } else if (quote != 0 || !Character.isWhitespace(c)) {
        word.append(c);
        inWord = true;
      } else if (inWord) {
        words.add(word.toString());
        word.setLength(0);
        inWord = false;
      }
    }
    if (inWord) {
      words.add(word.toString());
    }
    return words;
  }

  private static String replaced(String word, Map<String, String> environment) {
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < word.length()) {
      int end = word.startsWith("${", at) ? word.indexOf('}', at) : -1;
      if (end > 0) {
        text.append(environment.getOrDefault(word.substring(at + 2, end), ""));
        at = end + 1;
      } else {
        text.append(word.charAt(at));
        at += word.startsWith("$$", at) ? 2 : 1;
      }
    }
    return text.toString();
  }
}

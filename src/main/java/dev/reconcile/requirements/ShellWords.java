// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.requirements;

import java.util.ArrayList;
import java.util.List;

/** The split of a text into words as Python's shlex.split does it: with quotes and backslashes. */
final class ShellWords {
  private final String text;
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean begun;
  private int at;

  private ShellWords(String text) {
    this.text = text;
  }

  /** Returns the words. */
  static List<String> of(String text) throws MalformedRequirements {
    return new ShellWords(text).words();
  }

  private List<String> words() throws MalformedRequirements {
    while (at < text.length()) {
      char c = text.charAt(at++);
      switch (c) {
        case ' ', '\t', '\r', '\n' -> end();
        case '\'' -> quoted();
        case '"' -> doublyQuoted();
        case '\\' -> add(escaped());
        default -> add(c);
      }
    }
    end();
    return words;
  }

  private void add(char c) {
    word.append(c);
    begun = true;
  }

  private void end() {
    if (begun) {
      words.add(word.toString());
    }
    word.setLength(0);
    begun = false;
  }

  private char escaped() throws MalformedRequirements {
    if (at == text.length()) {
      throw new MalformedRequirements("It ends with a backslash.");
    }
    return text.charAt(at++);
  }

  private void quoted() throws MalformedRequirements {
    int close = text.indexOf('\'', at);
    if (close < 0) {
      throw open();
    }
    word.append(text, at, close);
    begun = true;
    at = close + 1;
  }

  private void doublyQuoted() throws MalformedRequirements {
    begun = true;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return;
      }
      if (c == '\\') {
        char next = escaped();
        word.append(next == '"' || next == '\\' ? "" : "\\").append(next);
      } else {
        word.append(c);
      }
    }
    throw open();
  }

  private static MalformedRequirements open() {
    return new MalformedRequirements("A quotation mark is not closed.");
  }
}

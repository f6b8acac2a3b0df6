// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.nginx;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A directive of an nginx configuration.
 *
 * @param words the name and the parameters, with quotes and escapes resolved; at least one word.
 *     The last word of a {@code *_by_lua_block} is its code.
 * @param isBlock whether the directive has braces with directives
 * @param block the directives inside the braces; for an include, the directives of the included
 *     files if they were read; otherwise empty
 * @param file the file that contains the directive
 * @param line the line on which the directive begins, from 1
 * @param text the source text, from the first word to the semicolon or the closing brace
 */
public record Directive(
    List<String> words,
    boolean isBlock,
    List<Directive> block,
    String file,
    int line,
    String text) {
  private static final Pattern LONG_BRACKET = Pattern.compile("\\[=*\\[");

  public Directive {
    words = List.copyOf(words);
    block = List.copyOf(block);
  }

  /** Returns the first word. */
  public String name() {
    return words.getFirst();
  }

  /** Returns the words after the name. */
  public List<String> parameters() {
    return words.subList(1, words.size());
  }

  /** Returns the only parameter; empty if there are none or several. */
  public String parameter() {
    return words.size() == 2 ? words.get(1) : "";
  }

  /** Reports whether the directive has this name. */
  public boolean is(String name) {
    return name().equals(name);
  }

  /**
   * Returns the directives of the block, with each include replaced by the directives that it
   * includes.
   */
  public Stream<Directive> contents() {
    return block.stream().flatMap(d -> d.is("include") ? d.contents() : Stream.of(d));
  }

  /** Returns all directives inside the block at any depth, each before its own contents. */
  public Stream<Directive> all() {
    return block.stream().flatMap(d -> Stream.concat(Stream.of(d), d.all()));
  }

  /** Reports whether the last word is code in braces. */
  public boolean hasCode() {
    return !isBlock && text.endsWith("}");
  }

  /**
   * Reports whether a line break is part of a value, here or in the block. Another indentation of
   * the text would change the value.
   */
  public boolean spansLines() {
    boolean spans =
        hasCode()
            ? LONG_BRACKET.matcher(words.getLast()).find()
            : words.stream().anyMatch(word -> word.contains("\n"));
    return spans || block.stream().anyMatch(Directive::spansLines);
  }

  /** Returns a copy with this block. */
  public Directive holding(List<Directive> other) {
    return new Directive(words, isBlock, other, file, line, text);
  }
}

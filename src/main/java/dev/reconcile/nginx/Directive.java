package dev.reconcile.nginx;

import java.util.List;
import java.util.stream.Stream;

/**
 * A directive of nginx's configuration.
 *
 * @param words its name and parameters, quotes and escapes resolved; at least one
 * @param isBlock whether it has braces
 * @param block the directives inside its braces; of an include those that it brings, if they are
 *     known; empty for any other
 * @param file where it stands
 * @param line where it begins, from 1
 * @param text it as it is written, from its first word to its semicolon or closing brace
 */
public record Directive(
    List<String> words,
    boolean isBlock,
    List<Directive> block,
    String file,
    int line,
    String text) {
  public Directive {
    words = List.copyOf(words);
    block = List.copyOf(block);
  }

  /** Its first word. */
  public String name() {
    return words.getFirst();
  }

  /** What follows the name. */
  public List<String> parameters() {
    return words.subList(1, words.size());
  }

  /** Its only parameter; empty if it has none or several. */
  public String parameter() {
    return words.size() == 2 ? words.get(1) : "";
  }

  /** Whether it has this name. */
  public boolean is(String name) {
    return name().equals(name);
  }

  /** What is in its block, each include replaced by what it brings. */
  public Stream<Directive> contents() {
    return block.stream().flatMap(d -> d.is("include") ? d.contents() : Stream.of(d));
  }

  /** All below it, at any depth, each before what it holds. */
  public Stream<Directive> all() {
    return block.stream().flatMap(d -> Stream.concat(Stream.of(d), d.all()));
  }

  /** The same with other contents. */
  public Directive holding(List<Directive> other) {
    return new Directive(words, isBlock, other, file, line, text);
  }
}

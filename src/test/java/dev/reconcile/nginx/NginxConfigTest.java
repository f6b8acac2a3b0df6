// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.nginx.NginxConfig.Mistake;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NginxConfigTest {
  private static final String ALPHABET = "ab/$.:~^|()[]{};#'\"\\ \t\n*?=é";

  private static List<Directive> parse(String text) {
    NginxConfig.Parsed parsed = NginxConfig.parse("nginx.conf", text);
    assertThat(parsed.mistake()).as(text).isEmpty();
    return parsed.directives();
  }

  private static List<String> words(String text) {
    return parse(text).getFirst().words();
  }

  @Test
  void directivesHaveWordsBlocksAndPlaces() {
    List<Directive> found =
        parse("user www-data;\n\nserver {\n  listen 80;\n  listen 443 ssl;\n}\n");

    assertThat(found).extracting(Directive::name).containsExactly("user", "server");
    assertThat(found).extracting(Directive::line).containsExactly(1, 3);
    assertThat(found).extracting(Directive::isBlock).containsExactly(false, true);
    assertThat(found).extracting(Directive::file).containsOnly("nginx.conf");
    assertThat(found.get(1).block())
        .extracting(Directive::words)
        .containsExactly(List.of("listen", "80"), List.of("listen", "443", "ssl"));
    assertThat(found.get(1).block()).extracting(Directive::line).containsExactly(4, 5);
  }

  @Test
  void aDirectiveIsKeptAsItIsWritten() {
    Directive server = parse("a;  server { # why\n  b 'c' ;\n}  d;").get(1);

    assertThat(server.text()).isEqualTo("server { # why\n  b 'c' ;\n}");
    assertThat(server.block().getFirst().text()).isEqualTo("b 'c' ;");
  }

  @Test
  void quotesAreRemovedAndKeepWhatTheyHold() {
    assertThat(words("a \"b; {c}\" 'd # e' \"f\\\"g\";"))
        .containsExactly("a", "b; {c}", "d # e", "f\"g");
  }

  @Test
  void onlyTheseEscapesMeanSomething() {
    assertThat(words("a \\\"b\\' \"\\t\\n\" \\.php$ \\; c\\\\d;"))
        .containsExactly("a", "\"b'", "\t\n", "\\.php$", "\\;", "c\\d");
  }

  @Test
  void aParenthesisMayFollowAQuote() {
    assertThat(words("if ($a = \"b\") { c; }")).containsExactly("if", "($a", "=", "b", ")");
  }

  @Test
  void commentsReachToTheEndOfTheLine() {
    assertThat(parse("# a;\nb; # c { ; \" \n#\nd;"))
        .extracting(Directive::line)
        .containsExactly(2, 4);
  }

  @Test
  void aHashInsideAWordIsPartOfIt() {
    assertThat(words("a b#c;")).containsExactly("a", "b#c");
  }

  @Test
  void variablesInBracesAreWords() {
    assertThat(words("set $a ${b}c; x;")).containsExactly("set", "$a", "${b}c");
  }

  @Test
  void aQuotedWordOverSeveralLinesCountsThem() {
    List<Directive> found = parse("a 'b\nc'\nd;\ne;");

    assertThat(found.getFirst().words()).containsExactly("a", "b\nc", "d");
    assertThat(found).extracting(Directive::line).containsExactly(1, 4);
  }

  @ParameterizedTest
  @CsvSource({
    "'a', 1, 'unexpected end of file, expecting \";\"'",
    "'a {', 1, 'unexpected end of file, expecting \"}\"'",
    "'a;\n}', 2, 'unexpected \"}\"'",
    "'a {\n b }', 2, 'unexpected \"}\"'",
    "'{', 1, 'unexpected \"{\"'",
    "'a;;', 1, 'unexpected \";\"'",
    "'a \"b\"c;', 1, 'unexpected \"c\" after a quote'",
    "'a \"b;\n', 2, 'a quote is not closed'",
  })
  void whatNginxWouldRefuseIsAMistakeWithItsLine(String text, int line, String what) {
    NginxConfig.Parsed parsed = NginxConfig.parse("x", text.replace("\\n", "\n"));

    assertThat(parsed.mistake()).contains(new Mistake(line, what));
  }

  @Test
  void whatStandsBeforeAMistakeIsRead() {
    assertThat(NginxConfig.parse("x", "a; b {").directives())
        .extracting(Directive::name)
        .startsWith("a");
  }

  @Test
  void nothingIsTooDeepOrTooOddToBeRead() {
    Random random = new Random(1);
    List<String> texts = new ArrayList<>(List.of("", "a ${", "a \\", "a{".repeat(10_000)));
    for (int i = 0; i < 20_000; i++) {
      texts.add(random(random, random.nextInt(12)));
    }

    assertThat(texts)
        .allSatisfy(text -> assertThat(NginxConfig.parse("x", text).directives()).isNotNull());
  }

  @Test
  void whatIsWrittenWithQuotesIsReadBack() {
    Random random = new Random(2);
    for (int i = 0; i < 5_000; i++) {
      List<String> words = new ArrayList<>(List.of("name"));
      for (int j = random.nextInt(4); j >= 0; j--) {
        words.add(random(random, random.nextInt(8)));
      }
      char quote = random.nextBoolean() ? '"' : '\'';
      StringBuilder text = new StringBuilder("name");
      words.subList(1, words.size()).forEach(word -> text.append(quoted(word, quote)));
      String block = text + " {\n" + text + ";\n}\n";

      Directive read = parse(block).getFirst();

      assertThat(read.words()).isEqualTo(words);
      assertThat(read.block()).extracting(Directive::words).containsExactly(words);
      assertThat(read.text() + "\n").isEqualTo(block);
    }
  }

  private static String random(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }

  private static String quoted(String word, char quote) {
    return " " + quote + word.replace("\\", "\\\\").replace("" + quote, "\\" + quote) + quote;
  }
}

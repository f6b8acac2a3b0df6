package dev.reconcile.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.app.NginxConfig.Directive;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NginxConfigTest {
  private static Directive directive(int line, String... words) {
    return new Directive(List.of(words), List.of(), line);
  }

  @Test
  void directivesHaveWordsBlocksAndLines() {
    assertThat(
            NginxConfig.parse("user www-data;\n\nserver {\n  listen 80;\n  listen 443 ssl;\n}\n"))
        .containsExactly(
            directive(1, "user", "www-data"),
            new Directive(
                List.of("server"),
                List.of(directive(4, "listen", "80"), directive(5, "listen", "443", "ssl")),
                3));
  }

  @Test
  void quotesAreRemovedAndKeepWhatTheyHold() {
    assertThat(NginxConfig.parse("a \"b; {c}\" 'd # e' \"f\\\"g\";"))
        .containsExactly(directive(1, "a", "b; {c}", "d # e", "f\"g"));
  }

  @Test
  void commentsReachToTheEndOfTheLine() {
    assertThat(NginxConfig.parse("# a;\nb; # c { ;\n#\nd;"))
        .containsExactly(directive(2, "b"), directive(4, "d"));
  }

  @Test
  void aHashInsideAWordIsPartOfIt() {
    assertThat(NginxConfig.parse("a b#c;")).containsExactly(directive(1, "a", "b#c"));
  }

  @Test
  void variablesInBracesAreWords() {
    assertThat(NginxConfig.parse("set $a ${b}c; x;"))
        .containsExactly(directive(1, "set", "$a", "${b}c"), directive(1, "x"));
  }

  @Test
  void aQuotedWordOverSeveralLinesCountsThem() {
    assertThat(NginxConfig.parse("a 'b\nc'\nd;\ne;"))
        .containsExactly(directive(1, "a", "b\nc", "d"), directive(4, "e"));
  }

  @Test
  void blocksNest() {
    Directive http = NginxConfig.parse("http { server { location / { return 200; } } }").getFirst();

    assertThat(http.block().getFirst().block().getFirst().words()).containsExactly("location", "/");
    assertThat(http.name()).isEqualTo("http");
  }

  @Test
  void whatIsMalformedEndsTheReadingAndNeverFails() {
    List<String> broken =
        List.of(
            "", "a", "a {", "}", "a \"b", "a \\", "{", ";", "a ${", "}}}a;", "{".repeat(10_000));

    assertThat(broken).allSatisfy(text -> assertThat(NginxConfig.parse(text)).isNotNull());
    assertThat(NginxConfig.parse("a; b {")).first().isEqualTo(directive(1, "a"));
  }
}

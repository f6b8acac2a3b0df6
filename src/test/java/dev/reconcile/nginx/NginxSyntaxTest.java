// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.nginx.NginxConfig.Mistake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Facts about nginx's syntax, in {@code src/test/resources/nginx/syntax}: a text, and below {@code
 * ----} its directives, each with its line and its words, and the mistake that nginx finds. nginx
 * 1.22 with Debian's Lua module said the same of each text.
 */
final class NginxSyntaxTest {
  private static final Path FACTS = Path.of("src/test/resources/nginx/syntax");
  private static final Pattern SEPARATOR = Pattern.compile("(?m)^----\n");

  @TestFactory
  Stream<DynamicTest> facts() throws IOException {
    try (Stream<Path> files = Files.list(FACTS)) {
      return files.sorted().toList().stream()
          .map(file ->
              DynamicTest.dynamicTest(
                  file.getFileName().toString(), file.toUri(), () -> check(file)));
    }
  }

  private static void check(Path file) throws IOException {
    String[] parts = SEPARATOR.split(Files.readString(file), -1);
    assertThat(parts).hasSize(2);
    NginxConfig.Parsed parsed = NginxConfig.parse("x", parts[0]);
    StringBuilder read = new StringBuilder();
    parsed.directives().forEach(directive -> write(directive, "", read));
    parsed
        .mistake()
        .ifPresent(mistake -> read.append("%s ! %s%n".formatted(mistake.line(), mistake.what())));
    assertThat(read).hasToString(parts[1]);
  }

  private static void write(Directive directive, String indent, StringBuilder out) {
    String words =
        String.join("|", directive.words())
            .replace("\n", "\\n")
            .replace("\t", "\\t")
            .replace("\r", "\\r");
    out.append(indent).append(directive.line()).append(' ').append(words);
    out.append(directive.isBlock() ? " {\n" : "\n");
    directive.block().forEach(inner -> write(inner, indent + "  ", out));
  }

  @Test
  void aMarkOfByteOrderIsPartOfTheFirstWord() {
    assertThat(NginxConfig.parse("x", "\ufeffuser a;").directives().getFirst().name())
        .isEqualTo("\ufeffuser");
  }

  @Test
  void aTextOfManyQuotesAndBracketsIsReadInTime() {
    String[] parts = {"\"\\\"", "'\\'", "[=", "--[", "{", "\"'", "[[", "]=", "\\"};
    for (String part : parts) {
      String text = "a_by_lua_block {" + part.repeat(400_000);
      assertThat(Duration.ofSeconds(2))
          .as(part)
          .isGreaterThan(time(() -> NginxConfig.parse("x", text)));
    }
  }

  private static Duration time(Runnable read) {
    long begin = System.nanoTime();
    read.run();
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  @Test
  void aDirectiveThatSpansLinesKeepsItsIndentation() {
    assertThat(spansLines("location / {\n  return 200 x;\n}")).isFalse();
    assertThat(spansLines("location / {\n  return 200 'x\n  y';\n}")).isTrue();
    assertThat(spansLines("log_by_lua_block {\n  a = 'x'\n}")).isFalse();
    assertThat(spansLines("location / {\n  log_by_lua_block {\n  a = [=[\n]=]\n}}")).isTrue();
  }

  private static boolean spansLines(String text) {
    NginxConfig.Parsed parsed = NginxConfig.parse("x", text);
    assertThat(parsed.mistake()).isEqualTo(Optional.<Mistake>empty());
    return parsed.directives().getFirst().spansLines();
  }
}

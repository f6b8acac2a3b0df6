// SPDX-License-Identifier: Apache-2.0
package dev.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page docs/troubleshooting.md, whose headings are the summaries of the messages. */
final class TroubleshootingTest {
  private static final Path PAGE = Path.of("docs/troubleshooting.md");
  private static final Path SOURCES = Path.of("src/main/java");
  private static final String HEADING = "### ";

  @Test
  void thePageHasAnEntryForEverySummary() throws IOException {
    SortedMap<String, String> summaries = SourceSummaries.under(SOURCES);
    assertThat(summaries)
        .hasSizeGreaterThan(280)
        .containsKeys(
            "Drift", // a factory's literal
            "Port in use", // of a fault of an app
            "Disk full", // a constant of an enum
            "Conflicting nginx file", // a constant of a class
            "Data in a directory to take over"); // one of two

    SortedMap<String, String> missing = new TreeMap<>(summaries);
    missing.keySet().removeAll(headings());
    assertThat(missing).as("summaries without an entry in %s, and their class", PAGE).isEmpty();
  }

  @Test
  void everyEntryIsOfAMessageThatTheProgramPrints() throws IOException {
    String program;
    try (Stream<Path> sources = Files.walk(SOURCES)) {
      program =
          sources
              .filter(file -> file.toString().endsWith(".java"))
              .map(TroubleshootingTest::read)
              .collect(Collectors.joining());
    }
    assertThat(headings())
        .hasSizeGreaterThan(280)
        .doesNotHaveDuplicates()
        .allMatch(message -> program.contains("\"" + message + "\""), "is in the program");
  }

  private static List<String> headings() {
    return read(PAGE)
        .lines()
        .filter(line -> line.startsWith(HEADING))
        .map(line -> line.substring(HEADING.length()))
        .toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

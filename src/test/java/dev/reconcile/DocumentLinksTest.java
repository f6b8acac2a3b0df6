package dev.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a document links to is there: the file, and the heading. */
final class DocumentLinksTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]*)\\)");

  static List<Path> documents() throws IOException {
    try (Stream<Path> docs = Files.walk(Path.of("docs"));
        Stream<Path> root = Files.list(Path.of("."))) {
      return Stream.concat(docs, root).filter(file -> file.toString().endsWith(".md")).toList();
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void linksLeadSomewhere(Path document) throws IOException {
    Matcher links = LINK.matcher(Files.readString(document));
    while (links.find()) {
      String link = links.group(1);
      if (!link.contains("://") && !link.startsWith("mailto:")) {
        String[] parts = link.split("#", 2);
        Path target =
            parts[0].isEmpty() ? document : document.toAbsolutePath().resolveSibling(parts[0]);
        assertThat(target).as(link).exists();
        if (parts.length == 2 && (parts[0].endsWith(".md") || parts[0].isEmpty())) {
          assertThat(headings(target)).as(link).contains(parts[1]);
        }
      }
    }
  }

  private static List<String> headings(Path document) throws IOException {
    return Files.readAllLines(document).stream()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ *", "").strip().toLowerCase(Locale.ROOT))
        .map(line -> line.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }
}

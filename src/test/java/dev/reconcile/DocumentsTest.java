// SPDX-License-Identifier: Apache-2.0
package dev.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The Markdown files of the repository: links, pictures, width of lines. */
final class DocumentsTest {
  private static final Path ROOT = Path.of("").toAbsolutePath();
  private static final Path MANUAL = ROOT.resolve("docs");
  private static final int README_LINES = 120;
  private static final int COLUMNS = 100;
  private static final int COLUMNS_OF_A_CELL = 120;

  /** History, the table that ArchitectureTest reads, and the page that is made from the keys. */
  private static final Set<Path> WIDE =
      Set.of(
          ROOT.resolve("CHANGELOG.md"),
          MANUAL.resolve("architecture.md"),
          MANUAL.resolve("desired-state.md"));

  /** Pages that GitHub makes for the repository, relative to the README that it shows. */
  private static final Pattern WORKFLOW =
      Pattern.compile("\\.\\./\\.\\./actions/(workflows/[^/]+)(/.*)?");

  private static final Pattern LINK =
      Pattern.compile("\\]\\(<?([^)\\s>]+)>?[^)]*\\)|\\b(?:src|srcset|href)=\"([^\"]+)\"");
  private static final Pattern CODE = Pattern.compile("`[^`]*`");
  private static final Pattern HEADING = Pattern.compile("#{1,6} +(.*?) *#*");
  private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9+.-]*:.*");
  private static final Pattern TEXT_OF_LINK = Pattern.compile("!?\\[([^\\]]*)]\\([^)]*\\)");

  @Test
  void everyRelativeLinkLeadsSomewhere() {
    List<Path> documents = documents();
    assertThat(documents).hasSizeGreaterThan(40);
    List<String> dead = new ArrayList<>();
    int links = 0;
    for (Path document : documents) {
      for (String link : links(document)) {
        links++;
        if (!leadsSomewhere(document, link)) {
          dead.add(ROOT.relativize(document) + " -> " + link);
        }
      }
    }
    assertThat(links).isGreaterThan(150);
    assertThat(dead).isEmpty();
  }

  @Test
  void everyPageOfTheManualIsInItsIndex() throws IOException {
    Set<Path> listed =
        links(MANUAL.resolve("README.md")).stream()
            .map(link -> MANUAL.resolve(link.replaceFirst("#.*", "")).normalize())
            .collect(Collectors.toSet());
    try (Stream<Path> pages = Files.list(MANUAL)) {
      assertThat(pages.filter(page -> page.toString().endsWith(".md")))
          .allMatch(page -> page.endsWith("README.md") || listed.contains(page), "is in the index");
    }
    try (Stream<Path> decisions = Files.list(MANUAL.resolve("adr"))) {
      List<String> index = links(MANUAL.resolve("adr/README.md"));
      assertThat(decisions.map(page -> page.getFileName().toString()))
          .allMatch(page -> page.equals("README.md") || index.contains(page), "is in the index");
    }
  }

  @Test
  void readmeIsShortAndNoLineIsTooLong() {
    assertThat(lines(ROOT.resolve("README.md"))).hasSizeLessThanOrEqualTo(README_LINES);
    List<String> wide = new ArrayList<>();
    for (Path document : documents()) {
      for (String line : WIDE.contains(document) ? List.<String>of() : prose(document)) {
        String shown = TEXT_OF_LINK.matcher(line).replaceAll("$1");
        boolean isRow = line.startsWith("|");
        for (String cell : isRow ? shown.split("(?<!\\\\)\\|", -1) : new String[] {shown}) {
          if (cell.strip().length() > (isRow ? COLUMNS_OF_A_CELL : COLUMNS)) {
            wide.add(ROOT.relativize(document) + ": " + cell.strip());
          }
        }
      }
    }
    assertThat(wide).isEmpty();
  }

  private static boolean leadsSomewhere(Path document, String link) {
    if (SCHEME.matcher(link).matches()) {
      return true;
    }
    var workflow = WORKFLOW.matcher(link);
    if (workflow.matches()) {
      return Files.exists(ROOT.resolve(".github").resolve(workflow.group(1)));
    }
    String[] parts = link.split("#", 2);
    Path target = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]).normalize();
    if (!target.startsWith(ROOT) || !Files.exists(target)) {
      return false;
    }
    return parts.length == 1 || anchors(target).contains(parts[1]);
  }

  /** The anchors of headings, as GitHub makes them. */
  private static Set<String> anchors(Path document) {
    Map<String, Integer> seen = new HashMap<>();
    Set<String> anchors = new TreeSet<>();
    for (String line : prose(document)) {
      var heading = HEADING.matcher(line);
      if (heading.matches()) {
        String text = TEXT_OF_LINK.matcher(heading.group(1)).replaceAll("$1");
        String anchor =
            text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
        int count = seen.merge(anchor, 1, Integer::sum);
        anchors.add(count == 1 ? anchor : anchor + "-" + (count - 1));
      }
    }
    return anchors;
  }

  private static List<String> links(Path document) {
    return prose(document).stream()
        .flatMap(line -> LINK.matcher(CODE.matcher(line).replaceAll("``")).results())
        .map((MatchResult found) -> found.group(1) == null ? found.group(2) : found.group(1))
        .toList();
  }

  /** The lines outside of blocks of code. */
  private static List<String> prose(Path document) {
    List<String> prose = new ArrayList<>();
    boolean inside = false;
    for (String line : lines(document)) {
      if (line.strip().startsWith("```")) {
        inside = !inside;
      } else if (!inside) {
        prose.add(line);
      }
    }
    return prose;
  }

  private static List<Path> documents() {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file -> !ROOT.relativize(file).startsWith("target"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> lines(Path document) {
    return read(document).lines().toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

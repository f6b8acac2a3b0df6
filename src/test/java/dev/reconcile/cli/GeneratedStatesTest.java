package dev.reconcile.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.app.Expansion;
import dev.reconcile.app.Sources;
import dev.reconcile.app.Templates;
import dev.reconcile.desired.Book;
import dev.reconcile.desired.FileTree;
import dev.reconcile.desired.Loader;
import dev.reconcile.host.Facts;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.model.Address;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Step.TreeRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of spoilt copies of the sample desired state. Whatever is in the files, loading them
 * gives resources or diagnostics that name a file, and no resource can reach outside its place.
 */
final class GeneratedStatesTest {
  private static final Path SAMPLE = Path.of("desired-state");
  private static final int ROUNDS = 2000;

  private static final List<String> GARBAGE =
      List.of(
          "\0",
          "\u00ff",
          "\t",
          "{",
          "}",
          "[",
          "]",
          ": ",
          "- ",
          "&a ",
          "*a",
          "!!x ",
          "|",
          ">",
          "'",
          "\"",
          "#",
          "%",
          "@",
          "`",
          "\n",
          "\r",
          "---\n",
          "...\n",
          "? ",
          "~",
          "../../x",
          "/../",
          "99999999999999999999",
          "-1",
          "0x1",
          "true",
          "null",
          "a: b\n",
          "  ",
          "\u2028",
          "<<: ",
          "/",
          "..",
          ";",
          "$(id)",
          "{{x}}",
          "=",
          ",");

  @TempDir Path temp;

  private record Spoilt(SortedMap<String, byte[]> files) implements FileTree {
    @Override
    public Optional<byte[]> read(String path, int limit) {
      return Optional.ofNullable(files.get(path));
    }

    @Override
    public List<String> list(String folder) {
      String prefix = folder.isEmpty() ? "" : folder + "/";
      return files.keySet().stream()
          .filter(path -> path.startsWith(prefix) && path.indexOf('/', prefix.length()) < 0)
          .map(path -> path.substring(prefix.length()))
          .toList();
    }

    @Override
    public boolean hasFolder(String folder) {
      return !list(folder).isEmpty();
    }
  }

  private enum Code implements Sources.Resolved {
    NONE;

    @Override
    public String revision() {
      return "unseen";
    }

    @Override
    public TreeRef tree() {
      return new TreeRef("", "", "");
    }

    @Override
    public Optional<String> text(String path) {
      return Optional.of("");
    }
  }

  private static SortedMap<String, byte[]> sample() throws IOException {
    SortedMap<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(SAMPLE)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        files.put(SAMPLE.relativize(path).toString(), Files.readAllBytes(path));
      }
    }
    return files;
  }

  private static Book load(SortedMap<String, byte[]> files, Facts facts) throws Exception {
    Book book = new Book(new Spoilt(files));
    Loader.Loaded loaded = Loader.load(book, "host");
    if (!book.hasErrors()) {
      Expansion.expand(
          loaded.settings(),
          loaded.apps(),
          book,
          new Templates(book),
          facts,
          app -> Optional.of(Code.NONE));
    }
    return book;
  }

  @Test
  void theSampleItselfIsValid() throws Exception {
    LocalHost host = new LocalHost(temp, new ProcessRunner(), "run", List.of());

    Book book = load(sample(), host.facts());

    assertThat(book.diagnostics()).isEmpty();
    assertThat(book.resources()).isNotEmpty();
  }

  @Test
  void spoiltStatesGiveDiagnosticsAndNeverExceptions() throws Exception {
    LocalHost host = new LocalHost(temp, new ProcessRunner(), "run", List.of());
    SortedMap<String, byte[]> sample = sample();
    List<String> spoilable =
        sample.keySet().stream().filter(path -> path.endsWith(".yaml")).toList();
    int invalid = 0;
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      SortedMap<String, byte[]> files = new TreeMap<>(sample);
      int times = 1 + random.nextInt(3);
      for (int i = 0; i < times; i++) {
        files.compute(
            spoilable.get(random.nextInt(spoilable.size())), (path, text) -> spoil(text, random));
      }
      Book book;
      try {
        book = load(files, host.facts());
      } catch (Exception | StackOverflowError e) {
        throw new AssertionError("seed " + seed, e);
      }
      invalid += book.hasErrors() ? 1 : 0;
      check(book, seed);
    }
    assertThat(invalid).as("states that are invalid").isBetween(ROUNDS / 10, ROUNDS - 1);
  }

  private static void check(Book book, int seed) {
    assertThat(book.diagnostics())
        .as("seed " + seed)
        .allSatisfy(GeneratedStatesTest::checkDiagnostic);
    if (!book.hasErrors()) {
      for (Map.Entry<Address, Declared> entry : book.resources().entrySet()) {
        assertThat(entry.getKey().name())
            .as("seed " + seed)
            .matches("[^\\p{Cntrl}\\s]+")
            .doesNotContain("/../", "//");
      }
    }
  }

  private static void checkDiagnostic(Diagnostic diagnostic) {
    assertThat(diagnostic.origin().orElseThrow().file()).isNotEmpty();
    assertThat(diagnostic.summary()).isNotBlank();
    assertThat(diagnostic.detail()).isNotBlank().doesNotContain("\u001b").doesNotContain("\0");
  }

  private static byte[] spoil(byte[] bytes, Random random) {
    String text = new String(bytes, ISO_8859_1);
    String spoilt =
        switch (random.nextInt(7)) {
          case 0 -> flip(text, random);
          case 1 -> swapTokens(text, random);
          case 2 -> deleteLine(text, random);
          case 3 -> insert(text, GARBAGE.get(random.nextInt(GARBAGE.size())), random);
          case 4 -> replaceToken(text, GARBAGE.get(random.nextInt(GARBAGE.size())), random);
          case 5 -> text.substring(0, random.nextInt(text.length() + 1));
          default -> insert(text, text.substring(random.nextInt(text.length() + 1)), random);
        };
    return spoilt.getBytes(ISO_8859_1);
  }

  private static String flip(String text, Random random) {
    if (text.isEmpty()) {
      return text;
    }
    int at = random.nextInt(text.length());
    char flipped = (char) (text.charAt(at) ^ (1 << random.nextInt(8)));
    return text.substring(0, at) + flipped + text.substring(at + 1);
  }

  private static String swapTokens(String text, Random random) {
    List<String> tokens = tokens(text);
    Collections.swap(tokens, random.nextInt(tokens.size()), random.nextInt(tokens.size()));
    return String.join("", tokens);
  }

  private static String replaceToken(String text, String by, Random random) {
    List<String> tokens = tokens(text);
    tokens.set(random.nextInt(tokens.size()), by);
    return String.join("", tokens);
  }

  private static List<String> tokens(String text) {
    return new ArrayList<>(List.of(text.split("\\b", -1)));
  }

  private static String deleteLine(String text, Random random) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    if (!lines.isEmpty()) {
      lines.remove(random.nextInt(lines.size()));
    }
    return String.join("\n", lines) + "\n";
  }

  private static String insert(String text, String what, Random random) {
    int at = random.nextInt(text.length() + 1);
    return text.substring(0, at) + what + text.substring(at);
  }
}

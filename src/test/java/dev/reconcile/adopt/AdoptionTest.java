package dev.reconcile.adopt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.desired.Book;
import dev.reconcile.desired.FileTree;
import dev.reconcile.desired.Loader;
import dev.reconcile.model.Diagnostic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The files under {@code src/test/resources/adopt}: each is what was seen of a host, in sections
 * {@code -- WHAT NAME … --}, and the tree and findings that come of it. With {@code -Dupdate=true}
 * these are written instead of compared. Every tree is one that can be loaded.
 */
final class AdoptionTest {
  private static final Path CASES = Path.of("src/test/resources/adopt");
  private static final boolean UPDATE = Boolean.getBoolean("update");
  private static final String BECOMES = "-- becomes --\n";

  private final Map<String, List<UnitFile>> units = new LinkedHashMap<>();
  private final Map<String, String> states = new HashMap<>();
  private final Map<String, List<String>> sockets = new HashMap<>();
  private final Map<String, String> environments = new HashMap<>();
  private final Map<String, Code> code = new HashMap<>();
  private final Map<String, Virtualenv> virtualenvs = new HashMap<>();
  private final Map<String, Integer> statuses = new HashMap<>();
  private final Set<String> listening = new HashSet<>();
  private final StringBuilder nginx = new StringBuilder();

  @TestFactory
  Stream<DynamicTest> cases() throws IOException {
    try (Stream<Path> files = Files.list(CASES)) {
      return files.sorted().toList().stream()
          .map(file ->
              DynamicTest.dynamicTest(
                  file.getFileName().toString(), file.toUri(), () -> check(file)));
    }
  }

  private static void check(Path file) throws IOException {
    String text = Files.readString(file);
    int end = text.indexOf(BECOMES);
    assertThat(end).as("a case says what comes of it").isPositive();
    AdoptionTest scene = new AdoptionTest();
    scene.read(text.substring(0, end));
    Adoption adoption = scene.adopt();
    String happened = text.substring(0, end) + BECOMES + shown(adoption);
    if (UPDATE) {
      Files.writeString(file, happened);
    }
    assertThat(happened).isEqualTo(UPDATE ? happened : text);
    assertThat(mistakes(adoption.files())).isEmpty();
    assertThat(adoption.findings()).noneMatch(finding -> finding.text().contains("s3cr3t"));
    assertThat(adoption.files().values()).noneMatch(content -> content.contains("s3cr3t"));
  }

  private void read(String text) {
    String[] parts = text.split("(?m)^-- ", -1);
    assertThat(parts[0]).as("what the case is about").isNotBlank();
    for (String part : List.of(parts).subList(1, parts.length)) {
      int line = part.indexOf('\n');
      String[] words = part.substring(0, line).replaceFirst(" --$", "").split(" ", -1);
      section(words, part.substring(line + 1));
    }
  }

  private void section(String[] words, String body) {
    String name = words[1];
    switch (words[0]) {
      case "unit" -> {
        String state = words[2];
        String path = "/etc/systemd/system/" + name.replaceFirst("@.*\\.", "@.");
        states.put(name, state);
        units.computeIfAbsent(name, key -> new ArrayList<>()).add(UnitFile.of(path, body));
      }
      case "drop-in" -> units.get(name).add(UnitFile.of(words[2], body));
      case "socket" -> sockets.put(name, List.of(words[2]));
      case "environment" -> environments.put(name, body);
      case "nginx" ->
          nginx
              .append("# configuration file ")
              .append(name)
              .append(":\n")
              .append(body)
              .append('\n');
      case "code" -> code.put(name, code(body));
      case "installed" ->
          virtualenvs.put(
              name,
              new Virtualenv(
                  true,
                  "",
                  body.lines().toList(),
                  body.lines()
                      .map(line -> line.replaceFirst("==.*", "").toLowerCase(Locale.ROOT))
                      .toList(),
                  List.of()));
      case "status" -> statuses.put(name, Integer.valueOf(words[2]));
      case "listening" -> listening.add(name);
      default -> throw new AssertionError(words[0]);
    }
  }

  private static Code code(String body) {
    List<String> lines = body.lines().toList();
    List<String> data = lines.stream().filter(line -> line.startsWith("data ")).toList();
    return new Code(
        true,
        lines.contains("managed"),
        lines.contains("requirements"),
        List.of("flask"),
        lines.contains("open"),
        data.isEmpty() ? "" : "it has data",
        List.of(),
        data.stream().map(line -> line.substring(5)).toList(),
        lines.stream().filter(line -> line.startsWith("git@")).findFirst());
  }

  private Adoption adopt() {
    List<Unit> all = new ArrayList<>();
    units.forEach((name, files) ->
        all.add(
            new Unit(
                name,
                "" + states.get(name),
                !"inactive".equals(states.get(name)),
                files,
                sockets.getOrDefault(name, List.of()),
                "web1",
                environments)));
    Findings findings = new Findings();
    List<Service> services = Services.find(all, findings);
    Seen seen =
        new Seen(
            services,
            code,
            virtualenvs,
            statuses,
            NginxTree.of(nginx.toString()),
            listening,
            List.of("nginx"));
    return Adoption.of(seen, findings);
  }

  private static String shown(Adoption adoption) {
    StringBuilder text = new StringBuilder();
    adoption
        .files()
        .forEach((path, content) ->
            text.append("==> ").append(path).append('\n').append(content).append('\n'));
    adoption
        .copies()
        .forEach((folder, directory) ->
            text.append("==> ")
                .append(folder)
                .append(" is a copy of ")
                .append(directory)
                .append('\n'));
    return text.append('\n').append(AdoptionText.of(adoption, "tree")).toString();
  }

  private static List<String> mistakes(SortedMap<String, String> files) {
    Book book = new Book(new Tree(files));
    Loader.load(book, "");
    return book.diagnostics().stream()
        .filter(Diagnostic::isError)
        .map(diagnostic -> diagnostic.summary() + ": " + diagnostic.detail())
        .toList();
  }

  /** A tree in memory. */
  private record Tree(SortedMap<String, String> files) implements FileTree {
    @Override
    public Optional<byte[]> read(String path, int limit) {
      return Optional.ofNullable(files.get(path))
          .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public List<String> list(String folder) {
      return new TreeMap<>(files)
          .keySet().stream()
              .filter(path -> folder.isEmpty() || path.startsWith(folder + "/"))
              .map(path -> path.substring(folder.isEmpty() ? 0 : folder.length() + 1))
              .filter(path -> !path.contains("/"))
              .toList();
    }

    @Override
    public boolean hasFolder(String folder) {
      return files.keySet().stream().anyMatch(path -> path.startsWith(folder + "/"));
    }
  }
}

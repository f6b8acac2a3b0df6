// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.desired.DesiredStateBuilder;
import dev.reconcile.desired.Loader;
import dev.reconcile.model.Diagnostic;
import java.io.IOException;
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

  private final Map<String, List<ParsedUnitFile>> units = new LinkedHashMap<>();
  private final Map<String, String> states = new HashMap<>();
  private final Map<String, List<String>> sockets = new HashMap<>();
  private final Map<String, String> environments = new HashMap<>();
  private final Map<String, CodeInventory> code = new HashMap<>();
  private final Map<String, Virtualenv> virtualenvs = new HashMap<>();
  private final Map<String, Integer> statuses = new HashMap<>();
  private final Map<String, ListeningProcess> holders = new HashMap<>();
  private final Map<String, List<ServiceProcess>> processes = new HashMap<>();
  private final Map<String, List<String>> listens = new HashMap<>();
  private final Map<String, List<String>> dependents = new HashMap<>();
  private final Map<String, String> texts = new HashMap<>();
  private final Map<String, String> elsewhere = new LinkedHashMap<>();
  private final Set<String> closed = new HashSet<>();
  private final Set<String> writable = new HashSet<>();
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
        units.computeIfAbsent(name, key -> new ArrayList<>()).add(ParsedUnitFile.of(path, body));
      }
      case "drop-in" -> units.get(name).add(ParsedUnitFile.of(words[2], body));
      case "socket" -> {
        sockets.put(name, List.of(words[2]));
        listens.put(name, body.lines().toList());
      }
      case "dependent" -> dependents.put(name, List.of(words[2]));
      case "process" -> process(words, body);
      case "text" -> texts.put(name, body);
      case "elsewhere" -> elsewhere.put(name, body);
      case "closed" -> closed.add(name);
      case "writable" -> writable.add(name);
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
                  words.length > 2 ? words[2] : "/opt/py_envs/" + name,
                  "",
                  body.lines().toList(),
                  body.lines()
                      .map(line -> line.replaceFirst("==.*", "").toLowerCase(Locale.ROOT))
                      .toList(),
                  List.of(),
                  ""));
      case "status" -> statuses.put(name, Integer.valueOf(words[2]));
      case "listening" ->
          holders.put("unix:" + name, new ListeningProcess(7, "gunicorn", "its.service", true));
      case "holder" ->
          holders.put(
              name,
              new ListeningProcess(
                  Integer.parseInt(words[2]),
                  words[3],
                  words.length > 4 ? words[4] : "",
                  words[3].equals("gunicorn")));
      default -> throw new AssertionError(words[0]);
    }
  }

  private static CodeInventory code(String body) {
    List<String> lines = body.lines().toList();
    List<String> data = after("data ", lines);
    Map<Integer, SourceLocation> ports = new HashMap<>();
    after("port ", lines)
        .forEach(port -> ports.put(Integer.valueOf(port), new SourceLocation("/srv/code.py", 3)));
    return new CodeInventory(
        true,
        lines.contains("managed"),
        lines.contains("root's"),
        lines.contains("requirements"),
        List.of("flask"),
        after("closed ", lines).stream().findFirst().orElse(""),
        after("unfit ", lines).stream().findFirst().orElse(data.isEmpty() ? "" : "it has data"),
        List.of(),
        data,
        lines.stream().filter(line -> line.startsWith("git@")).findFirst(),
        Set.of(),
        ports);
  }

  private static List<String> after(String word, List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith(word))
        .map(line -> line.substring(word.length()))
        .toList();
  }

  // -- process UNIT PID PARENT USER GROUP --, then lines of: listens, env, in, and its words
  private void process(String[] words, String body) {
    List<String> lines = body.lines().toList();
    Map<String, String> environment = new HashMap<>();
    after("env ", lines)
        .forEach(
            one -> environment.put(one.replaceFirst("=.*", ""), one.replaceFirst("[^=]*=", "")));
    processes
        .computeIfAbsent(words[1], key -> new ArrayList<>())
        .add(
            new ServiceProcess(
                Integer.parseInt(words[2]),
                Integer.parseInt(words[3]),
                command(after("run ", lines).getFirst()),
                after("in ", lines).stream().findFirst().orElse("/"),
                words[4],
                words[5],
                environment,
                after("listens ", lines)));
  }

  // a title that a process has given itself is one word
  private static List<String> command(String line) {
    return line.startsWith("gunicorn: ") ? List.of(line) : List.of(line.split(" ", -1));
  }

  private Running running(String unit) {
    List<ServiceProcess> all = processes.getOrDefault(unit, List.of());
    return new Running(
        all.isEmpty() ? 0 : all.getFirst().pid(),
        all,
        listens.getOrDefault(unit, List.of()),
        dependents.getOrDefault(unit, List.of()));
  }

  private final class Modes implements Access {
    @Override
    public boolean exists(String path) {
      return closed.contains(path);
    }

    @Override
    public boolean canRead(String user, String group, String path) {
      return !closed.contains(path);
    }

    @Override
    public boolean canWrite(String user, String group, String path) {
      return path.startsWith("/var/log/") || writable.contains(path);
    }
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
                running(name),
                "web1",
                environments)));
    AdoptionFindings findings = new AdoptionFindings();
    NginxTree tree = NginxTree.of(nginx.toString(), Set.of("web1"));
    List<FoundApp> apps =
        InstanceGroups.joined(
            GunicornApps.find(all, path -> Optional.ofNullable(texts.get(path)), findings), tree);
    HostInventory seen =
        new HostInventory(
            apps,
            code,
            virtualenvs,
            statuses,
            tree,
            holders,
            new OtherConfigFiles(elsewhere, all),
            new Modes(),
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
    return text.append('\n').append(AdoptionText.of(adoption, "tree", "reconcile")).toString();
  }

  private static List<String> mistakes(SortedMap<String, String> files) {
    DesiredStateBuilder builder = new DesiredStateBuilder(new MemoryTree(files));
    Loader.load(builder, "");
    return builder.diagnostics().sorted().stream()
        .filter(Diagnostic::isError)
        .map(diagnostic -> diagnostic.summary() + ": " + diagnostic.detail())
        .toList();
  }
}

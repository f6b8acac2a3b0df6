// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.app.ByHand;
import dev.reconcile.app.Expansion;
import dev.reconcile.app.Ports;
import dev.reconcile.app.Sources;
import dev.reconcile.app.Templates;
import dev.reconcile.desired.DesiredStateBuilder;
import dev.reconcile.desired.Loader;
import dev.reconcile.host.Facts;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.model.Address;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Step.TreeRef;
import dev.reconcile.report.DiagnosticText;
import dev.reconcile.report.Style;
import dev.reconcile.run.HostlessCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of spoilt copies of the sample and of the cases' repos. Whatever is in the files,
 * loading them gives resources or diagnostics that name a file, no resource can reach outside its
 * place, and the host is not touched.
 *
 * <p>{@code -Dfuzz.seed=N} begins at another seed, {@code -Dfuzz.rounds=N} changes how many follow.
 */
final class GeneratedStatesTest {
  private static final Path SAMPLE = Path.of("desired-state");
  private static final Path CASES = Path.of("src/test/resources/cases");
  private static final long FIRST = Long.getLong("fuzz.seed", 1);
  private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 20_000);
  private static final int MOST_FAILURES = 5;
  private static final int APPLIED = 20;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path temp;

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
    public Optional<Sources.SourceFile> file(String path) {
      return Optional.of(new Sources.SourceFile(path, Content.of("")));
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

  /** The sample and the first repo of each case. */
  private static List<SortedMap<String, byte[]>> bases() throws IOException {
    List<SortedMap<String, byte[]>> bases = new ArrayList<>();
    try (Stream<Path> paths = Files.walk(CASES)) {
      for (Path path : paths.filter(p -> p.toString().endsWith(".case")).sorted().toList()) {
        SortedMap<String, byte[]> files = new TreeMap<>();
        for (CaseFile.Section section : CaseFile.read(path).sections()) {
          if (section.name().startsWith("$ ")) {
            break;
          }
          if (!section.name().contains(" ") && !section.name().equals("config")) {
            files.put(section.name(), section.body().getBytes(StandardCharsets.UTF_8));
          }
        }
        if (files.containsKey("reconcile.yaml")) {
          bases.add(files);
        }
      }
    }
    assertThat(bases).hasSizeGreaterThan(50);
    for (int i = bases.size() / 3; i > 0; i--) {
      bases.add(sample());
    }
    return bases;
  }

  private LocalHost host(String name) throws Exception {
    Path root = Files.createDirectory(temp.resolve(name));
    Files.createDirectories(root.resolve("etc/nginx/sites-enabled"));
    Files.writeString(
        root.resolve("etc/nginx/sites-enabled/default"), "server { listen 80; listen [::]:80; }\n");
    return new LocalHost(root, new ProcessRunner(), "run", List.of());
  }

  private static DesiredStateBuilder load(SortedMap<String, byte[]> files, Facts facts)
      throws Exception {
    DesiredStateBuilder builder = new DesiredStateBuilder(new SpoiltTree(files));
    Loader.Loaded loaded = Loader.load(builder, "host");
    if (builder.diagnostics().hasErrors()) {
      HostlessCheck.run(builder, loaded, Ports.NONE, app -> Optional.of(Code.NONE));
    } else {
      Expansion.expand(
          loaded.settings(),
          loaded.apps(),
          loaded.fronts(),
          Ports.NONE,
          builder,
          new Templates(builder.templates()),
          facts,
          app -> Optional.of(Code.NONE),
          ByHand.NOTHING);
    }
    return builder;
  }

  @Test
  void theSampleItselfIsValid() throws Exception {
    DesiredStateBuilder builder = load(sample(), host("root").facts());

    assertThat(builder.diagnostics().sorted()).isEmpty();
    assertThat(builder.resources()).isNotEmpty();
  }

  @Test
  void spoiltStatesGiveDiagnosticsAndNeverExceptions() throws Exception {
    List<SortedMap<String, byte[]>> bases = bases();
    Path root = host("root").onDisk("/");
    List<String> before = listing(root);
    AtomicLong next = new AtomicLong(FIRST);
    AtomicInteger invalid = new AtomicInteger();
    List<AssertionError> failures = new CopyOnWriteArrayList<>();
    List<Round> rounds = new ArrayList<>();
    for (int i = 0; i < Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4); i++) {
      rounds.add(new Round(root, bases, next, invalid, failures));
    }
    rounds.forEach(Round::start);
    while (rounds.stream().anyMatch(round -> round.thread.isAlive())
        && failures.size() < MOST_FAILURES) {
      rounds.forEach(Round::complainIfLate);
      Thread.sleep(20);
    }
    assertThat(failures).isEmpty();
    assertThat(listing(root)).as("the host").isEqualTo(before);
    if (ROUNDS >= 1000) {
      assertThat(invalid.get())
          .as("states that are invalid")
          .isBetween(ROUNDS / 3, ROUNDS * 19 / 20);
    }
  }

  /** One thread's share of the rounds. */
  private static final class Round {
    private final Path root;
    private final List<SortedMap<String, byte[]>> bases;
    private final AtomicLong next;
    private final AtomicInteger invalid;
    private final List<AssertionError> failures;
    final Thread thread = Thread.ofPlatform().daemon().unstarted(this::run);
    private volatile long seed;
    private volatile long began = System.nanoTime();

    Round(
        Path root,
        List<SortedMap<String, byte[]>> bases,
        AtomicLong next,
        AtomicInteger invalid,
        List<AssertionError> failures) {
      this.root = root;
      this.bases = bases;
      this.next = next;
      this.invalid = invalid;
      this.failures = failures;
    }

    void start() {
      began = System.nanoTime();
      thread.start();
    }

    void complainIfLate() {
      if (thread.isAlive() && System.nanoTime() - began > LIMIT.toNanos()) {
        AssertionError late = new AssertionError(advice(seed) + " takes longer than " + LIMIT);
        late.setStackTrace(thread.getStackTrace());
        failures.add(late);
        began = System.nanoTime();
      }
    }

    private void run() {
      seed = next.getAndIncrement();
      while (seed < FIRST + ROUNDS && failures.size() < MOST_FAILURES) {
        began = System.nanoTime();
        Mutations mutations = new Mutations(seed);
        try {
          round(mutations);
        } catch (Throwable e) {
          failures.add(new AssertionError(advice(seed) + " " + mutations.done() + ": " + e, e));
        }
        seed = next.getAndIncrement();
      }
    }

    private void round(Mutations mutations) throws Exception {
      SortedMap<String, byte[]> files = mutations.spoil(bases.get(mutations.below(bases.size())));
      LocalHost host = new LocalHost(root, new ProcessRunner(), "run", List.of());
      DesiredStateBuilder builder = load(files, host.facts());
      check(builder);
      invalid.addAndGet(builder.diagnostics().hasErrors() ? 1 : 0);
    }
  }

  private static String advice(long seed) {
    return "seed " + seed + " (again with -Dfuzz.rounds=1 -Dfuzz.seed=" + seed + ")";
  }

  private static void check(DesiredStateBuilder builder) {
    builder.diagnostics().sorted().forEach(GeneratedStatesTest::checkDiagnostic);
    if (!builder.diagnostics().hasErrors()) {
      for (Map.Entry<Address, Declared> entry : builder.resources().entrySet()) {
        assertThat(entry.getKey().name())
            .matches("[^\\p{Cntrl}\\s]+")
            .doesNotContain("/../", "//")
            .doesNotEndWith("/..");
      }
    }
  }

  private static void checkDiagnostic(Diagnostic diagnostic) {
    assertThat(diagnostic.origin().orElseThrow().file()).isNotEmpty();
    assertThat(diagnostic.summary()).isNotBlank();
    assertThat(diagnostic.detail()).isNotBlank();
    assertThat(DiagnosticText.of(diagnostic, Style.PLAIN))
        .hasSizeLessThan(20_000)
        .doesNotContain("\u001b", "\0", "\r");
  }

  private static List<String> listing(Path root) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted().toList()) {
        lines.add(path + " " + Files.readAttributes(path, "unix:mode,size,ino,ctime"));
      }
    }
    return lines;
  }

  /** What is accepted is also applied, by whole runs, and then there is nothing to do. */
  @Test
  void acceptedStatesConverge() throws Exception {
    List<SortedMap<String, byte[]>> bases = bases();
    LocalHost nowhere = host("nowhere");
    int applied = 0;
    for (long seed = FIRST; applied < APPLIED && seed < FIRST + 40 * APPLIED; seed++) {
      Mutations mutations = new Mutations(seed);
      SortedMap<String, byte[]> files = mutations.spoil(bases.get(mutations.below(bases.size())));
      if (!load(files, nowhere.facts()).diagnostics().hasErrors() && converges(seed, files)) {
        applied++;
      }
    }
    assertThat(applied).as("states that were applied").isEqualTo(APPLIED);
  }

  private boolean converges(long seed, SortedMap<String, byte[]> files) throws IOException {
    Scene scene = new Scene(Files.createDirectory(temp.resolve("scene-" + seed)));
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(scene.repo(file.getKey()), file.getValue());
    }
    Scene.Ran plan = scene.run("plan");
    assertThat(plan.code()).as(advice(seed) + plan.text()).isNotEqualTo(ExitCode.BUG);
    Scene.Ran apply = scene.run("apply");
    assertThat(apply.code()).as(advice(seed) + apply.text()).isEqualTo(plan.code());
    if (apply.code() != ExitCode.OK) {
      return false; // it asks for what this host has not: a folder of code, say
    }
    Scene.Ran again = scene.run("plan", "--detailed-exitcode");
    assertThat(again.code()).as(advice(seed) + again.text()).isEqualTo(ExitCode.OK);
    return true;
  }
}

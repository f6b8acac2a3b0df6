// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.ReportsTest;
import dev.reconcile.cli.Scene;
import dev.reconcile.cli.Version;
import dev.reconcile.model.UnitStatus;
import dev.reconcile.report.MetricsText;
import dev.reconcile.status.BackgroundStatus;
import dev.reconcile.status.BackgroundStatus.OfApp;
import dev.reconcile.status.ProcessStatus;
import dev.reconcile.status.ScheduleStatus;
import dev.reconcile.status.ScheduleStatus.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the file for Prometheus says; that node_exporter reads it is seen on a host. */
final class MetricsTest {
  private static final String SUCCESS = MetricsText.LAST_SUCCESS;
  private static final String EXIT = "reconcile_last_run_exit_code";

  @TempDir Path temp;
  private Scene scene;

  @BeforeEach
  void makeScene() throws IOException {
    scene = new Scene(temp);
    state("version: 1\nfiles: {/etc/motd: {content: hello}}\n");
    Files.writeString(scene.repo("apps/shop.yaml"), "source: {folder: src}\nsite: false\n");
    Files.writeString(scene.repo("src/main.py"), "app = None\n");
    Files.writeString(scene.repo("src/requirements.txt"), "");
    Files.createDirectories(scene.root().resolve("metrics"));
  }

  private void state(String yaml) throws IOException {
    Files.writeString(scene.repo("reconcile.yaml"), yaml);
  }

  private Scene.Ran run(String... words) throws IOException {
    List<String> line = new ArrayList<>(List.of(words));
    line.addAll(List.of("--repo", "file://" + temp.resolve("repo")));
    line.addAll(List.of("--metrics", "/metrics/x.prom"));
    return scene.run(line.toArray(String[]::new));
  }

  private Map<String, String> metrics() throws IOException {
    return parse(Files.readString(scene.root().resolve("metrics/x.prom")));
  }

  /** Series to value; each must come after the help and the type of its metric. */
  private static Map<String, String> parse(String text) {
    Map<String, String> values = new TreeMap<>();
    String told = "";
    for (String line : text.lines().toList()) {
      if (line.startsWith("# TYPE ")) {
        assertThat(line).matches("# TYPE reconcile_[a-z_]+ gauge");
        assertThat(text).contains("# HELP " + line.split(" ", -1)[2] + " ");
        told = line.split(" ", -1)[2];
      } else if (!line.startsWith("# HELP ")) {
        assertThat(line)
            .matches(told + "(\\{[a-z]+=\"[^\"\\\\]+\"(,[a-z]+=\"[^\"\\\\]+\")?})? [0-9.]+");
        assertThat(values.put(line.split(" ", -1)[0], line.split(" ", -1)[1])).isNull();
      }
    }
    return values;
  }

  @Test
  void aRunAndTheNextOnesThatHaveNothingToDo() throws Exception {
    double before = System.currentTimeMillis() / 1000.0 - 1;
    assertThat(run("apply").code()).isEqualTo(ExitCode.OK);
    Map<String, String> first = metrics();
    assertThat(first)
        .containsEntry("reconcile_build_info{version=\"" + Version.text() + "\"}", "1")
        .containsEntry(EXIT, "0")
        .containsEntry("reconcile_apps{state=\"ok\"}", "1")
        .containsEntry("reconcile_apps{state=\"held\"}", "0")
        .containsEntry(SUCCESS, first.get("reconcile_last_run_timestamp_seconds"));
    assertThat(Double.parseDouble(first.get(SUCCESS))).isGreaterThan(before);
    assertThat(Double.parseDouble(first.get("reconcile_last_run_duration_seconds"))).isPositive();
    assertThat(Integer.parseInt(first.get("reconcile_last_run_changes"))).isGreaterThan(5);
    Thread.sleep(1100); // so that the next run writes down what it has seen
    run("apply");
    Map<String, String> full = metrics();
    assertThat(full).containsEntry("reconcile_last_run_changes", "0");
    assertThat(scene.root().resolve("var/lib/reconcile/unchanged")).exists();
    Files.move(temp.resolve("root/var/lib/reconcile/repo.git"), temp.resolve("aside"));
    assertThat(run("apply").out()).contains("No changes");
    assertThat(temp.resolve("root/var/lib/reconcile/repo.git")).as("known").doesNotExist();
    Map<String, String> known = metrics();
    assertThat(Double.parseDouble(known.get(SUCCESS)))
        .isGreaterThan(Double.parseDouble(full.get(SUCCESS)));
    for (Map<String, String> one : List.of(full, known)) {
      one.keySet().removeIf(name -> name.endsWith("_seconds"));
    }
    assertThat(known).isEqualTo(full);
  }

  @Test
  void aRunThatFailsKeepsTheTimeOfTheLastSuccess() throws IOException {
    run("apply");
    String success = metrics().get(SUCCESS);
    state("version: 2\n");
    assertThat(run("apply").code()).isEqualTo(ExitCode.INVALID);
    assertThat(metrics())
        .containsEntry(EXIT, "65")
        .containsEntry(SUCCESS, success)
        .doesNotContainKey("reconcile_apps{state=\"ok\"}")
        .doesNotContainKey("reconcile_resources");
    assertThat(Double.parseDouble(metrics().get("reconcile_last_run_timestamp_seconds")))
        .isGreaterThan(Double.parseDouble(success));
    run("apply");
    assertThat(metrics()).containsEntry(SUCCESS, success);
  }

  @Test
  void withoutASuccessThereIsNoTimeOfOne() throws IOException {
    state("version: 2\n");
    run("apply");
    assertThat(metrics()).containsEntry(EXIT, "65").doesNotContainKey(SUCCESS);
  }

  @Test
  void appsAreCountedByWhatBecameOfThem() {
    assertThat(parse(MetricsText.of(ReportsTest.full(), "17.250", BackgroundStatus.NONE)))
        .containsEntry("reconcile_apps{state=\"ok\"}", "3")
        .containsEntry("reconcile_apps{state=\"rolled_back\"}", "0")
        .containsEntry("reconcile_apps{state=\"held\"}", "1")
        .containsEntry("reconcile_apps{state=\"failed\"}", "1")
        .containsEntry("reconcile_resources", "5")
        .containsEntry("reconcile_last_run_changes", "1")
        .containsEntry("reconcile_last_run_duration_seconds", "3.000")
        .containsEntry("reconcile_last_run_timestamp_seconds", "1769904002.250")
        .containsEntry(SUCCESS, "17.250");
  }

  @Test
  void eachBackgroundProcessAndScheduleHasItsSeries() {
    Instant then = Instant.ofEpochSecond(1_769_904_000);
    UnitStatus runs =
        new UnitStatus(
            "active",
            "running",
            "enabled",
            "success",
            Optional.of(then),
            9,
            2,
            4,
            1 << 20,
            1 << 21,
            0,
            0);
    BackgroundStatus background =
        new BackgroundStatus(
            List.of(
                process("shop", "worker.1", runs),
                process("shop", "worker.2", UnitStatus.NOT_LOADED)),
            List.of(
                schedule("shop", "nightly", State.FAILED, Optional.of(then)),
                schedule("blog", "mail", State.NOT_RUN, Optional.empty())));
    Map<String, String> values = parse(MetricsText.of(ReportsTest.full(), "", background));
    values.keySet().removeIf(name -> !name.matches("reconcile_(process|schedule)_.*"));
    String one = "{app=\"shop\",process=\"worker.1\"}";
    String two = "{app=\"shop\",process=\"worker.2\"}";
    String nightly = "{app=\"shop\",schedule=\"nightly\"}";
    String mail = "{app=\"blog\",schedule=\"mail\"}";
    assertThat(values)
        .containsOnly(
            Map.entry("reconcile_process_up" + one, "1"),
            Map.entry("reconcile_process_up" + two, "0"),
            Map.entry("reconcile_process_restarts" + one, "4"),
            Map.entry("reconcile_process_restarts" + two, "0"),
            Map.entry("reconcile_process_since_timestamp_seconds" + one, "1769904000.000"),
            Map.entry("reconcile_process_memory_bytes" + one, "1048576"),
            Map.entry("reconcile_process_memory_limit_bytes" + one, "2097152"),
            Map.entry("reconcile_schedule_active" + nightly, "1"),
            Map.entry("reconcile_schedule_active" + mail, "1"),
            Map.entry("reconcile_schedule_last_run_failed" + nightly, "1"),
            Map.entry(
                "reconcile_schedule_last_start_timestamp_seconds" + nightly, "1769904000.000"),
            Map.entry("reconcile_schedule_last_end_timestamp_seconds" + nightly, "1769904000.000"),
            Map.entry(
                "reconcile_schedule_next_start_timestamp_seconds" + nightly, "1769904000.000"));
  }

  private static OfApp<ProcessStatus> process(String app, String name, UnitStatus service) {
    return new OfApp<>(
        app, new ProcessStatus(name, "unit", Optional.of(service), 0, "", Optional.empty()));
  }

  private static OfApp<ScheduleStatus> schedule(
      String app, String name, State state, Optional<Instant> time) {
    return new OfApp<>(app, new ScheduleStatus(name, "unit", state, "", time, time, time, true));
  }

  @Test
  void aPlanWritesNothingAndNoOtherFileIsLeft() throws IOException {
    run("plan");
    assertThat(scene.root().resolve("metrics")).isEmptyDirectory();
    run("apply");
    try (Stream<Path> files = Files.list(scene.root().resolve("metrics"))) {
      assertThat(files).containsExactly(scene.root().resolve("metrics/x.prom"));
    }
    assertThat(scene.look("/metrics/x.prom")).startsWith("file 0644\n");
  }

  @Test
  void aTreeOfItsOwnHasNoMetricsUnlessTheyAreAskedFor() throws IOException {
    Path usual = scene.root().resolve("var/lib/prometheus/node-exporter");
    Files.createDirectories(usual);
    scene.run("apply");
    assertThat(usual).isEmptyDirectory();
    assertThat(scene.run("apply", "--metrics", "/none/x.prom").code()).isEqualTo(ExitCode.OK);
    assertThat(scene.root().resolve("none")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.prom", "/metrics/x.txt", "/metrics/../x.prom"})
  void whatNodeExporterWouldNotReadIsRefused(String file) throws IOException {
    Scene.Ran ran = scene.run("apply", "--metrics", file);
    assertThat(ran.code()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).contains("Invalid metrics file", file);
    assertThat(scene.root().resolve("etc")).doesNotExist();
  }

  @Test
  void whatCannotBeWrittenIsAWarning() throws IOException {
    Files.createDirectories(scene.root().resolve("metrics/x.prom/y"));
    Scene.Ran ran = run("apply");
    assertThat(ran.code()).isEqualTo(ExitCode.OK);
    assertThat(ran.err()).contains("Warning: Metrics not written");
  }
}

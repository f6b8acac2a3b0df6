// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.apply.Applied;
import dev.reconcile.apply.Outcome;
import dev.reconcile.apply.RolledBack;
import dev.reconcile.host.HostException;
import dev.reconcile.host.HostFailure;
import dev.reconcile.kind.PackageKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Handler;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Phase;
import dev.reconcile.model.Role;
import dev.reconcile.model.State;
import dev.reconcile.plan.PendingHandler;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlanBuilder;
import dev.reconcile.plan.PlannedChange;
import dev.reconcile.report.DoctorReport;
import dev.reconcile.report.FleetReport;
import dev.reconcile.report.RunJson;
import dev.reconcile.report.RunReport;
import dev.reconcile.report.Suspension;
import dev.reconcile.run.HostFactory;
import dev.reconcile.run.RunId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * The JSON documents against their schemas, which are stricter here: every field must be in them.
 */
public final class ReportsTest {
  private static final Path SCHEMAS = Path.of("docs/schema");

  @TempDir Path temp;
  private Scene scene;

  @BeforeEach
  void makeScene() throws IOException {
    scene = new Scene(temp);
  }

  /** A schema under which a field that is not in it is a mistake. */
  static Function<String, List<String>> strict(String name) throws IOException {
    String schema = Files.readString(SCHEMAS.resolve(name));
    assertThat(schema).contains("\"additionalProperties\": true");
    return Json.validator(
        schema.replace("\"additionalProperties\": true", "\"additionalProperties\": false"));
  }

  static Stream<Path> cases() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/resources/cases"))) {
      return files.filter(file -> file.toString().endsWith(".case")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyCaseIsReportedAsPromised(Path file) throws IOException {
    Function<String, List<String>> run = strict("run-1.0.json");
    int reports = 0;
    for (CaseFile.Section section : CaseFile.read(file).sections()) {
      if (!section.name().startsWith("$ ")) {
        CasesTest.happen(scene, section);
        continue;
      }
      String line = section.name().substring(2).replaceFirst("^validate\\b.*", "apply");
      if (line.matches("(apply|plan)\\b.*") && !line.contains("--json")) {
        String[] words = (line + " --json").split(" ", -1);
        Scene.Ran ran = scene.run(words);
        assertThat(run.apply(ran.out())).as(ran.out()).isEmpty();
        assertThat(ran.out()).contains("\"exit_code\" : " + ran.code().number());
        reports++;
      }
    }
    assertThat(reports).as("reports").isPositive();
    Path last = scene.root().resolve("var/lib/reconcile/last-run.json");
    if (Files.exists(last)) {
      assertThat(run.apply(Files.readString(last))).isEmpty();
    }
  }

  @Test
  void everyFieldIsWrittenAndInTheSchemaAndInTheManual() throws IOException {
    String full = RunJson.of(full());
    assertThat(strict("run-1.0.json").apply(full)).isEmpty();
    String manual = Files.readString(Path.of("docs/scripting.md"));
    Set<String> fields = fields("run-1.0.json");
    assertThat(fields).contains("exit_code", "diff", "diagnostic", "column").hasSizeGreaterThan(30);
    for (String field : fields) {
      assertThat(full).contains("\"" + field + "\" : ");
      assertThat(manual).contains("`" + field + "`");
    }
    for (String other :
        List.of("history-1.0.json", "status-1.0.json", "doctor-1.0.json", "fleet-1.0.json")) {
      for (String field : fields(other)) {
        assertThat(manual).as(other).contains("`" + field + "`");
      }
    }
  }

  @Test
  void findingsAreReportedAsPromised() throws IOException {
    Diagnostic finding =
        Diagnostic.finding("No timer", "Nothing applies the repo.", "reconcile timer");
    String report = DoctorReport.json(List.of(finding), "1.2.3");
    assertThat(strict("doctor-1.0.json").apply(report)).isEmpty();
    assertThat(report).contains("\"command\" : \"reconcile timer\"");
  }

  /** The names of all properties of a schema. */
  private static Set<String> fields(String name) throws IOException {
    Set<String> fields = new TreeSet<>();
    collect(new ObjectMapper().readTree(Files.readString(SCHEMAS.resolve(name))), fields);
    return fields;
  }

  private static void collect(JsonNode node, Set<String> fields) {
    fields.addAll(node.path("properties").propertyNames());
    node.forEach(child -> collect(child, fields));
  }

  @Test
  void theSchemaRefusesWhatIsNoReport() throws IOException {
    Function<String, List<String>> run = strict("run-1.0.json");
    String full = RunJson.of(full());
    for (String spoilt :
        List.of(
            full.replace("\"1.0\"", "\"2.0\""),
            full.replace("\"exit_code\" : 3", "\"exit_code\" : 4"),
            full.replace("\"exit_code\" : 3", "\"exit_code\" : 3, \"more\" : 1"),
            full.replace("\"quarantined\"", "\"quarantine\""),
            full.replace("\"severity\" : \"error\"", "\"severity\" : \"fatal\""))) {
      assertThat(spoilt).isNotEqualTo(full);
      assertThat(run.apply(spoilt)).isNotEmpty();
    }
  }

  public static RunReport full() {
    Declared motd =
        new Declared(
            new Address("package", "nginx"),
            new PackageKind.Spec(),
            "shop",
            Role.PACKAGE,
            List.of(),
            Origin.of("reconcile.yaml"));
    Diagnostic error =
        Diagnostic.error(new Origin("apps/shop.yaml", 3, 1, ""), "A mistake", "Mend it.")
            .withCommand("reconcile plan");
    Handler restart = new Handler("restart shop", Phase.INSTANCES, List.of(), List.of(), "shop");
    Plan plan =
        PlanBuilder.of("0123456789012345678901234567890123456789")
            .changes(List.of(new PlannedChange(new Change.Create(motd), List.of())))
            .handlers(
                List.of(
                    new PendingHandler(restart, "its settings change", List.of(), new TreeMap<>())))
            .leftOut("services")
            .unchanged(4)
            .held(Map.of("blog", error))
            .diagnostics(Diagnostic.notice("A notice", "Nothing is wrong."))
            .build();
    Applied applied =
        new Applied(
            List.of(
                new Outcome.Done("package nginx", ""),
                new Outcome.Skipped("restart shop", "shop", "an earlier change failed"),
                new Outcome.Deferred("certificate shop", "shop", error),
                new Outcome.Failed("file /x", "shop", error)),
            List.of(new RolledBack("shop", "it did not start", true, Optional.of(error), true)),
            State.EMPTY);
    Instant time = Instant.parse("2026-01-31T23:59:59.25Z");
    return new RunReport(
        "apply",
        RunId.at(time),
        "0.1.0",
        "git@example.com:me/server.git",
        time,
        time.plusSeconds(3),
        3,
        List.of(Diagnostic.notice("Uncommitted changes", "They are not used.")),
        Optional.of(plan),
        Optional.of(applied),
        OptionalInt.of(5),
        Optional.of(new Suspension("2026-01-31T22:00:00Z", "ann", "a move")),
        Optional.of(new FleetReport("web", 17, FleetReport.State.WAITING, "web1 is at it", 0)));
  }

  @Test
  void historyIsAsPromised() throws IOException {
    Function<String, List<String>> history = strict("history-1.0.json");
    List<String> line = List.of("history", "--json", "--root", scene.root().toString());
    assertThat(history.apply(scene.run(line, Map.of()).out())).isEmpty();

    Files.writeString(
        scene.repo("reconcile.yaml"), "version: 1\nfiles: {/etc/motd: {content: hello}}\n");
    scene.run("apply");
    Files.writeString(scene.live("/etc/motd"), "edited");
    scene.run("apply");

    Scene.Ran ran = scene.run(line, Map.of());
    assertThat(history.apply(ran.out())).as(ran.out()).isEmpty();
    Set<String> written = new TreeSet<>(fields("history-1.0.json"));
    written.remove("notes"); // of release steps, which a root directory does not run
    for (String field : written) {
      assertThat(ran.out()).contains("\"" + field + "\" : ");
    }
    assertThat(history.apply(ran.out().replace("\"sequence\"", "\"number\""))).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"plan --json --onyl x", "plan --json --only none", "paln --json"})
  void aCommandLineThatMakesNoSenseIsReportedToo(String line) throws IOException {
    Files.writeString(scene.repo("reconcile.yaml"), "version: 1\n");
    Scene.Ran ran = scene.run(line.split(" "));
    assertThat(ran.code()).as(ran.text()).isEqualTo(ExitCode.USAGE);
    assertThat(strict("run-1.0.json").apply(ran.out())).as(ran.out()).isEmpty();
    assertThat(ran.out()).contains("\"exit_code\" : 64").contains("\"severity\" : \"error\"");
    assertThat(ran.err()).startsWith("Error: ");
    assertThat(scene.run(line.replace(" --json", "").split(" ")).out()).isEmpty();
  }

  @Test
  void whatTheConfigurationAsksForIsAskedForToo() throws IOException {
    Files.writeString(scene.repo("reconcile.yaml"), "version: 1\n");
    Files.writeString(scene.config(), "json: true\nmax-prune: many\n");
    assertThat(scene.run("plan").out()).contains("\"exit_code\" : 64");
  }

  @Test
  void aHostThatCannotBeUsedIsReported() throws IOException {
    Files.writeString(scene.repo("reconcile.yaml"), "version: 1\n");
    HostFactory broken =
        (root, run, units) -> {
          throw new HostException(HostFailure.PERMISSION_DENIED, "Cannot list " + root);
        };
    Scene.Ran ran = scene.run(broken, "apply", "--json");
    assertThat(ran.code()).isEqualTo(ExitCode.FAILED);
    assertThat(strict("run-1.0.json").apply(ran.out())).isEmpty();
    assertThat(ran.out()).contains("Cannot list");
  }

  @Test
  void aMistakeOfReconcileItselfIsReported() throws IOException {
    Files.writeString(scene.repo("reconcile.yaml"), "version: 1\n");
    HostFactory mistaken =
        (root, run, units) -> {
          throw new IllegalStateException("not thought of");
        };
    Scene.Ran ran = scene.run(mistaken, "apply", "--json");
    assertThat(ran.code()).isEqualTo(ExitCode.BUG);
    assertThat(strict("run-1.0.json").apply(ran.out())).isEmpty();
    assertThat(ran.out()).contains("\"exit_code\" : 70", "not thought of");
    assertThat(scene.run(mistaken, "apply").out()).isEmpty();
  }

  @Test
  void whoIsNotAllowedToIsToldInJson() {
    String user = System.getProperty("user.name");
    System.setProperty("user.name", "nobody");
    try {
      Scene.Ran ran = scene.run(List.of("history", "--json"), Map.of());
      assertThat(ran.code()).isEqualTo(ExitCode.NOT_PERMITTED);
      assertThat(ran.out())
          .contains("\"exit_code\" : 77", "Only root can read the records of runs");
    } finally {
      System.setProperty("user.name", user);
    }
  }

  @Test
  void oneDocumentIsPrintedAndNoMore() throws IOException {
    Files.writeString(scene.repo("reconcile.yaml"), "version: 1\n");
    scene.run("apply");
    Path last = scene.root().resolve("var/lib/reconcile/last-run.json");
    Files.delete(last);
    Files.createDirectory(last); // it cannot be written
    Files.writeString(last.resolve("x"), "");
    Scene.Ran ran = scene.run("apply", "--json");
    assertThat(ran.code()).as(ran.text()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.out().lines().filter(text -> text.equals("{"))).hasSize(1);
    assertThat(ran.out()).contains("\"exit_code\" : 1", "Is a directory").endsWith("}\n");
    assertThat(scene.run("apply").out()).contains("No changes");
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.kind.UnitKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.AppSandbox;
import dev.reconcile.model.Content;
import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Digest;
import dev.reconcile.model.Handler;
import dev.reconcile.model.Live;
import dev.reconcile.model.LiveState;
import dev.reconcile.model.Phase;
import dev.reconcile.model.Release;
import dev.reconcile.model.Releases;
import dev.reconcile.model.RunLimits;
import dev.reconcile.model.State;
import dev.reconcile.model.Step;
import dev.reconcile.plan.PlanOptions.ReleaseMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** When release steps are due. */
final class DueReleasesTest {
  private static final String RESTART = "restart gunicorn@a.service";
  private static final byte[] KEY = "0123456789".getBytes(StandardCharsets.UTF_8);

  private boolean stops;
  private String digest = "d2";
  private List<String> succeeded = List.of("d1");
  private boolean held;
  private boolean services = true;

  private DesiredState desired() {
    AppSandbox sandbox = new AppSandbox("a", "gunicorn@a.service", new TreeMap<>(), "");
    Release.Command command =
        new Release.Command(List.of("migrate"), Duration.ofMinutes(1), stops, "apps/a.yaml line 3");
    Release release =
        new Release(
            "a", Content.secret("x"), digest, List.of(command), sandbox, "/v", List.of(RESTART));
    Handler steps =
        new Handler(
            "release a", Phase.RELEASE, List.of(new Step.RunRelease(release)), List.of(), "a");
    Handler restart =
        new Handler(
            RESTART,
            Phase.INSTANCES,
            List.of(new Step.Systemctl(Step.UnitVerb.RESTART, "gunicorn@a.service")),
            List.of(),
            "a",
            List.of(new Step.StopStandby("a")),
            Optional.empty());
    return new DesiredState(
        "r",
        new TreeMap<>(),
        Map.of(steps.id(), steps, restart.id(), restart),
        Set.of("a"),
        held ? Set.of("a") : Set.of(),
        new TreeMap<>(),
        Set.of(),
        new RunLimits(3, 0));
  }

  private Plan plan(PlanOptions options) {
    TreeMap<String, Releases> releases = new TreeMap<>();
    releases.put("a", new Releases(succeeded, false));
    TreeMap<Address, Live> live = new TreeMap<>();
    live.put(
        UnitKind.address("gunicorn@a.service"), new Live.Present(new UnitKind.Spec(true), false));
    State state =
        State.EMPTY.withTrials(
            new State.Trials(
                new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), releases));
    return Planner.plan(
        desired(),
        new LiveState(live, Map.of(), state, services, new TreeMap<>(), new TreeMap<>()),
        options);
  }

  private List<String> due(ReleaseMode mode, String... only) {
    return plan(new PlanOptions(false, true, -1, Set.of(only), mode)).handlers().stream()
        .map(pending -> pending.handler().id())
        .toList();
  }

  @Test
  void stepsThatHaveNotSucceededRunBeforeTheRestart() {
    assertThat(due(ReleaseMode.RUN)).containsExactly("release a", RESTART);
    assertThat(plan(PlanOptions.DEFAULT).handlers().getFirst().actions().getFirst().step())
        .isInstanceOf(Step.RunRelease.class);
  }

  @Test
  void stepsThatHaveOnceSucceededNeverRunAgain() {
    succeeded = List.of("d1", "d2", "d3");
    assertThat(due(ReleaseMode.RUN)).isEmpty();
  }

  @Test
  void aHostWithoutAKeyHasNoRecordOfAnySteps() {
    digest = "";
    assertThat(due(ReleaseMode.RUN)).containsExactly("release a", RESTART);
  }

  @Test
  void nothingIsDueForARollbackAHeldAppOrAnother() {
    assertThat(due(ReleaseMode.NONE)).isEmpty();
    assertThat(due(ReleaseMode.RUN, "b")).isEmpty();
    held = true;
    assertThat(due(ReleaseMode.RUN)).isEmpty();
  }

  @Test
  void skippedStepsAreOnlyRecorded() {
    assertThat(due(ReleaseMode.SKIP, "a")).containsExactly("release a");
    Plan plan = plan(new PlanOptions(false, true, -1, Set.of("a"), ReleaseMode.SKIP));
    assertThat(plan.handlers().getFirst().actions().getFirst().step())
        .isInstanceOf(Step.SkipRelease.class);
    assertThat(plan.handlers().getFirst().reason()).isEqualTo("recorded as done, not run");
  }

  @Test
  void anAppThatIsStoppedIsANotice() {
    stops = true;
    assertThat(plan(PlanOptions.DEFAULT).diagnostics())
        .extracting(Diagnostic::summary)
        .containsExactly("App stopped by its release step");
  }

  @Test
  void underARootDirectoryStepsAreLeftOut() {
    services = false;
    Plan plan = plan(PlanOptions.DEFAULT);
    assertThat(plan.handlers()).isEmpty();
    assertThat(plan.leftOut()).contains("release steps");
  }

  @Test
  void otherCommandsEndAQuarantine() {
    String before = Planner.digests(desired(), Set.of("a")).getOrDefault("a", "");
    stops = true;
    String after = Planner.digests(desired(), Set.of("a")).getOrDefault("a", "");
    assertThat(after).isNotEqualTo(before);
  }

  @Test
  void theDigestOfASecretNeedsTheKey() {
    // RFC 4231, test case 2, shortened
    byte[] jefe = "Jefe".getBytes(StandardCharsets.UTF_8);
    assertThat(Digest.keyed(jefe, "what do ya want for nothing?").hex())
        .isEqualTo("5bdcc146bf60754e6a04");
    assertThat(Digest.keyed(KEY, "x")).isNotEqualTo(Digest.keyed(jefe, "x"));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.apply.Applied;
import dev.reconcile.apply.Applier;
import dev.reconcile.apply.Progress;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.DesiredState;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Live;
import dev.reconcile.model.LiveState;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Role;
import dev.reconcile.model.RunLimits;
import dev.reconcile.model.State;
import dev.reconcile.model.Step.TreeRef;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlanOptions;
import dev.reconcile.plan.Planner;
import dev.reconcile.state.StateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every kind that a root directory can have keeps to: declared and applied, it is seen as
 * declared; then there is nothing to do; what is changed by hand is seen and repaired; and what is
 * no longer declared goes.
 */
final class KindContractTest {
  @TempDir Path temp;
  private LocalHost host;

  /** A resource in two versions, and what a person might do to it. */
  record Subject(
      String kind, String name, Role role, Record first, Record second, Meddling meddling) {
    @Override
    public String toString() {
      return kind + " " + role + " " + meddling.name();
    }
  }

  interface Act {
    void on(Path place) throws IOException;
  }

  record Meddling(String name, Act act) {}

  static Stream<Subject> subjects() {
    Meddling removed = new Meddling("removed", Files::delete);
    Record file = new FileKind.Spec(Content.of("one\n"), FileAttributes.root(0640));
    Record otherText = new FileKind.Spec(Content.of("two\n"), FileAttributes.root(0640));
    Record otherMode = new FileKind.Spec(Content.of("one\n"), FileAttributes.root(0600));
    Record link = new LinkKind.Spec("/one");
    Record otherLink = new LinkKind.Spec("../two");
    Record directory = new DirectoryKind.Spec(FileAttributes.root(0750));
    Record otherDirectory = new DirectoryKind.Spec(FileAttributes.root(0700));
    return Stream.of(
        new Subject("file", "/etc/a/b", Role.FILE, file, otherText, removed),
        new Subject(
            "file",
            "/etc/a",
            Role.SITE,
            file,
            otherMode,
            new Meddling("written", place -> Files.writeString(place, "mine\n"))),
        new Subject(
            "file",
            "/etc/a",
            Role.UNIT_FILE,
            file,
            otherMode,
            new Meddling("opened", place -> Files.setAttribute(place, "unix:mode", 0666))),
        new Subject("link", "/etc/l", Role.SITE_LINK, link, otherLink, removed),
        new Subject(
            "link",
            "/etc/l",
            Role.ENABLEMENT,
            link,
            otherLink,
            new Meddling(
                "bent",
                place -> {
                  Files.delete(place);
                  Files.createSymbolicLink(place, Path.of("/elsewhere"));
                })),
        new Subject("directory", "/srv/a/b", Role.DIRECTORY, directory, otherDirectory, removed),
        new Subject(
            "directory",
            "/srv/a",
            Role.DIRECTORY,
            directory,
            otherDirectory,
            new Meddling("opened", place -> Files.setAttribute(place, "unix:mode", 0777))),
        new Subject("checkout", "/srv/app", Role.CHECKOUT, checkout("1"), checkout("2"), removed),
        new Subject(
            "checkout",
            "/srv/app",
            Role.CHECKOUT,
            checkout("1"),
            checkout("2"),
            new Meddling(
                "emptied",
                place -> {
                  Path tree =
                      place.getParent().getParent().resolve("var/lib/reconcile/checkouts/app/1");
                  Files.delete(tree.resolve("file"));
                  Files.delete(tree);
                })));
  }

  private static CheckoutKind.Spec checkout(String revision) {
    return new CheckoutKind.Spec(
        "folder src",
        revision,
        "/var/lib/reconcile/checkouts/app",
        new TreeRef("", revision, "src"),
        "");
  }

  @BeforeEach
  void makeHost() throws Exception {
    host = new LocalHost(temp, new ProcessRunner(), "run", List.of());
  }

  private static DesiredState desired(Subject subject, Record spec) {
    Address address = new Address(subject.kind(), subject.name());
    Declared declared =
        new Declared(address, spec, "app", subject.role(), List.of(), Origin.of("apps/app.yaml"));
    return state(Map.of(address, declared));
  }

  private static DesiredState state(Map<Address, Declared> resources) {
    return new DesiredState(
        "r",
        new TreeMap<>(resources),
        Map.of(),
        Set.of("app"),
        Set.of(),
        new TreeMap<>(),
        Set.of(),
        new RunLimits(100, 0));
  }

  private Plan plan(DesiredState desired) throws HostException {
    State state = StateFile.load(host.facts());
    LiveState live = Observer.observe(host.facts(), desired, state);
    return Planner.plan(desired, live, PlanOptions.DEFAULT);
  }

  private void apply(DesiredState desired) throws HostException {
    Applied applied =
        Applier.apply(
            plan(desired),
            StateFile.load(host.facts()),
            "repo",
            host,
            KindContractTest::export,
            Progress.NONE);
    assertThat(applied.isComplete()).as(applied.outcomes().toString()).isTrue();
    assertThat(plan(desired).isEmpty()).as("a second plan is empty").isTrue();
  }

  private static void export(TreeRef tree, Path directory) throws HostException {
    try {
      Files.writeString(directory.resolve("file"), tree.commit());
    } catch (IOException e) {
      throw new HostException("cannot export", e);
    }
  }

  private Live observe(Subject subject, Record spec) throws HostException {
    DesiredState desired = desired(subject, spec);
    return Observer.observe(host.facts(), desired, State.EMPTY)
        .at(new Address(subject.kind(), subject.name()));
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void whatIsDeclaredIsMadeAndSeenAsDeclared(Subject subject) throws Exception {
    apply(desired(subject, subject.first()));

    assertThat(observe(subject, subject.first()))
        .isInstanceOfSatisfying(
            Live.Present.class, live -> assertThat(live.spec()).isEqualTo(subject.first()));
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void whatIsDeclaredOtherwiseIsUpdated(Subject subject) throws Exception {
    apply(desired(subject, subject.first()));
    Plan plan = plan(desired(subject, subject.second()));
    apply(desired(subject, subject.second()));

    assertThat(plan.changes())
        .singleElement()
        .satisfies(planned -> assertThat(planned.change()).isInstanceOf(Change.Update.class));
    assertThat(observe(subject, subject.second()))
        .isInstanceOfSatisfying(
            Live.Present.class, live -> assertThat(live.spec()).isEqualTo(subject.second()));
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void driftIsSeenAndRepaired(Subject subject) throws Exception {
    DesiredState desired = desired(subject, subject.first());
    apply(desired);

    subject.meddling().act().on(temp.resolve(subject.name().substring(1)));

    assertThat(plan(desired).changes()).hasSize(1);
    apply(desired);
    assertThat(observe(subject, subject.first()))
        .isInstanceOfSatisfying(
            Live.Present.class, live -> assertThat(live.spec()).isEqualTo(subject.first()));
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void whatIsNoLongerDeclaredGoes(Subject subject) throws Exception {
    apply(desired(subject, subject.first()));
    apply(state(Map.of()));

    assertThat(observe(subject, subject.first())).isEqualTo(Live.ABSENT);
    assertThat(StateFile.load(host.facts()).owned()).isEmpty();
  }

  @Test
  void aTreeThatABackupLeadsToStays() throws Exception {
    Subject checkout =
        subjects().filter(one -> one.kind().equals("checkout")).findFirst().orElseThrow();
    apply(desired(checkout, checkout.first()));
    apply(state(Map.of()));
    Path store = temp.resolve("var/lib/reconcile/checkouts/app");
    assertThat(store).isNotEmptyDirectory();
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void whatIsGoneAlreadyIsForgotten(Subject subject) throws Exception {
    apply(desired(subject, subject.first()));
    Files.delete(temp.resolve(subject.name().substring(1)));

    Plan plan = plan(state(Map.of()));
    apply(state(Map.of()));

    assertThat(plan.isEmpty()).isTrue();
    assertThat(StateFile.load(host.facts()).owned()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void somethingForeignIsNotOverwritten(Subject subject) throws Exception {
    Path place = temp.resolve(subject.name().substring(1));
    Files.createDirectories(place.getParent());
    if (subject.kind().equals("directory")) {
      Files.writeString(place, "mine");
    } else {
      Files.createDirectories(place.resolve("mine"));
    }

    Plan plan = plan(desired(subject, subject.first()));

    assertThat(plan.hasErrors() || !plan.held().isEmpty()).isTrue();
    assertThat(plan.changes()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void takingOverKeepsWhatWasThere(Subject subject) throws Exception {
    Path place = temp.resolve(subject.name().substring(1));
    Files.createDirectories(place.getParent());
    Files.writeString(place, "mine");
    DesiredState desired = desired(subject, subject.first());
    LiveState live = Observer.observe(host.facts(), desired, State.EMPTY);
    Plan plan = Planner.plan(desired, live, new PlanOptions(true, true, -1, Set.of()));

    Applier.apply(plan, State.EMPTY, "repo", host, KindContractTest::export, Progress.NONE);

    assertThat(plan(desired).isEmpty()).isTrue();
    assertThat(temp.resolve("var/lib/reconcile/backup/run" + subject.name())).hasContent("mine");
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.kind.CheckoutKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Origin;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.Role;
import dev.reconcile.model.State;
import dev.reconcile.model.Step.TreeRef;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlanBuilder;
import dev.reconcile.plan.PlannedChange;
import dev.reconcile.state.Manifest;
import dev.reconcile.state.ManifestStore;
import dev.reconcile.state.StateFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of earlier runs, on real files: six runs, each with a new revision of an app. */
final class RetentionTest {
  private static final int RUNS = 6;
  private static final String STORE = "/var/lib/reconcile/checkouts/shop";

  @TempDir Path temp;
  private LocalHost host;

  @BeforeEach
  void deploySixRevisions() throws Exception {
    for (int run = 1; run <= RUNS; run++) {
      // names are in no order: the clock may have jumped
      host = new LocalHost(temp, new ProcessRunner(), "run-" + (9 - run), List.of());
      Plan plan = plan(run);
      State state = StateFile.load(host.facts());
      Applier.apply(
          plan,
          state,
          "repo",
          host,
          (tree, to) -> write(to.resolve("code"), tree.commit()),
          Progress.NONE);
    }
  }

  private static void write(Path file, String text) throws HostException {
    try {
      Files.writeString(file, text);
    } catch (java.io.IOException e) {
      throw new HostException("cannot write", e);
    }
  }

  private static CheckoutKind.Spec spec(int revision) {
    return new CheckoutKind.Spec(
        "somewhere", "r" + revision, STORE, new TreeRef("", "r" + revision, ""), "");
  }

  private static Plan plan(int revision) {
    Declared after =
        new Declared(
            new Address("checkout", "/srv/shop"),
            spec(revision),
            "shop",
            Role.CHECKOUT,
            List.of(),
            Origin.of("x"));
    Change change =
        revision == 1 ? new Change.Create(after) : new Change.Update(spec(revision - 1), after);
    return PlanBuilder.of("commit" + revision)
        .changes(List.of(new PlannedChange(change, new CheckoutKind().steps(change))))
        .claims(List.of(OwnedResource.of(after)))
        .build();
  }

  private List<String> names(String folder) throws Exception {
    try (Stream<Path> files = Files.list(temp.resolve(folder))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void everyRunAndItsTreeIsKeptWithinTheBounds() throws Exception {
    assertThat(ManifestStore.all(host.facts()).stream().map(Manifest::revision))
        .containsExactly("commit1", "commit2", "commit3", "commit4", "commit5", "commit6");
    assertThat(names("var/lib/reconcile/checkouts/shop")).hasSize(RUNS);
  }

  @Test
  void theOldestGoFirstWithTheirTrees() throws Exception {
    new Retention(host, 3, Long.MAX_VALUE).trim(Set.of(), List.of());

    assertThat(ManifestStore.all(host.facts()).stream().map(Manifest::revision))
        .containsExactly("commit4", "commit5", "commit6");
    assertThat(names("var/lib/reconcile/backup"))
        .containsExactly("run-3", "run-3.json", "run-4", "run-4.json", "run-5", "run-5.json");
    // the tree that the oldest of them leads back to is still there
    assertThat(names("var/lib/reconcile/checkouts/shop")).containsExactly("r3", "r4", "r5", "r6");
    assertThat(host.facts().readLink("/srv/shop")).isEqualTo(STORE + "/r6");
  }

  @Test
  void theTwoNewestStayHoweverLarge() throws Exception {
    new Retention(host, 30, 1).trim(Set.of(), List.of());

    assertThat(ManifestStore.all(host.facts()).stream().map(Manifest::revision))
        .containsExactly("commit5", "commit6");
    assertThat(names("var/lib/reconcile/checkouts/shop")).containsExactly("r4", "r5", "r6");
  }

  @Test
  void aRunThatIsNotFinishedStays() throws Exception {
    new Retention(host, 3, Long.MAX_VALUE).trim(Set.of("run-8"), List.of());

    assertThat(ManifestStore.all(host.facts())).hasSize(RUNS);
  }

  /** The app had its code elsewhere when this revision was new, and is at it again. */
  @Test
  void theTreeOfAnAppWhoseDirectoryHasMovedStays() throws Exception {
    Files.createSymbolicLink(temp.resolve("srv/elsewhere"), Path.of(STORE + "/r1"));
    new Retention(host, 2, Long.MAX_VALUE)
        .trim(Set.of(), List.of(new Address("checkout", "/srv/elsewhere")));

    assertThat(host.facts().stat(STORE + "/r1")).isPresent();
    assertThat(host.facts().stat(STORE + "/r2")).isEmpty();
  }

  @Test
  void aTreeThatAVirtualenvLeadsIntoStays() throws Exception {
    Path venv = temp.resolve("var/lib/reconcile/venvs/shop/1/lib/python3/site-packages");
    Files.createDirectories(venv);
    Files.writeString(venv.resolve("shop.pth"), STORE + "/r1\n");
    new Retention(host, 2, Long.MAX_VALUE).trim(Set.of(), List.of());
    assertThat(host.facts().stat(STORE + "/r1")).isPresent();
    assertThat(host.facts().stat(STORE + "/r2")).isEmpty();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class RevisionsTest {
  private static final History LINEAR = ModelCommit::relation;
  private static final History UNKNOWN = (_, _, _) -> Relation.UNKNOWN;

  @Test
  void aLaterCommitIsTheNextRelease() {
    assertThat(Fleets.commit(1, 5).followedBy(Fleets.commit(2, 6), LINEAR))
        .contains(Fleets.commit(2, 6));
    assertThat(Fleets.commit(2, 5).followedBy(Fleets.commit(1, 6), LINEAR)).isEmpty();
    assertThat(Fleets.commit(2, 5).followedBy(Fleets.commit(2, 5), LINEAR)).isEmpty();
    assertThat(Fleets.commit(1).followedBy(Fleets.commit(2), UNKNOWN)).isEmpty();
  }

  @Test
  void anAppsOwnRepositoryThatMovedMakesARelease() {
    assertThat(Fleets.commit(2, 5).followedBy(Fleets.commit(2, 6), LINEAR))
        .contains(Fleets.commit(2, 6));
  }

  /** A host whose copy of an app's repository is behind would take the app back on all others. */
  @Test
  void noSourceGoesBackInARelease() {
    assertThat(Fleets.commit(2, 5).followedBy(Fleets.commit(2, 4), LINEAR)).isEmpty();
    assertThat(Fleets.commit(1, 5).followedBy(Fleets.commit(2, 4), LINEAR))
        .contains(Fleets.commit(2, 5));
  }

  /** A host that does not run an app says nothing of it. */
  @Test
  void aReleaseOfAnotherAppKeepsThePinsOfThisOne() {
    Revisions both =
        new Revisions(
            ModelCommit.id(2),
            new TreeMap<>(Map.of(Fleets.SOURCE, ModelCommit.id(5), "other", ModelCommit.id(1))));
    assertThat(both.followedBy(Fleets.commit(2, 6), LINEAR).map(Revisions::sources))
        .isEqualTo(
            Optional.of(Map.of(Fleets.SOURCE, ModelCommit.id(6), "other", ModelCommit.id(1))));
  }

  @Test
  void aHostIsBehindOrAheadByCommitAndThenBySources() {
    assertThat(Revisions.NONE.to(Fleets.commit(1), LINEAR)).isEqualTo(Relation.AFTER);
    assertThat(Fleets.commit(1, 9).to(Fleets.commit(2, 9), LINEAR)).isEqualTo(Relation.AFTER);
    assertThat(Fleets.commit(3).to(Fleets.commit(2), LINEAR)).isEqualTo(Relation.BEFORE);
    assertThat(Fleets.commit(2, 5).to(Fleets.commit(2, 6), LINEAR)).isEqualTo(Relation.AFTER);
    assertThat(Fleets.commit(2, 5).to(Fleets.commit(2, 4), LINEAR)).isEqualTo(Relation.BEFORE);
    assertThat(Fleets.commit(2, 5).to(Fleets.commit(2), LINEAR)).isEqualTo(Relation.SAME);
    assertThat(Fleets.commit(2, 5).to(Fleets.commit(2, 6), UNKNOWN)).isEqualTo(Relation.UNKNOWN);
  }

  /** The pin of whoever was first counts. */
  @Test
  void aPinStays() {
    assertThat(Fleets.commit(2, 5).pinning(Map.of(Fleets.SOURCE, ModelCommit.id(6))))
        .isEqualTo(Fleets.commit(2, 5));
    assertThat(Fleets.commit(2).pinning(Map.of(Fleets.SOURCE, ModelCommit.id(6))))
        .isEqualTo(Fleets.commit(2, 6));
  }
}

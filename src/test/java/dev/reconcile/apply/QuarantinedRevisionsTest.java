// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Quarantine;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlanBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a run makes of the revisions in quarantine. */
final class QuarantinedRevisionsTest {
  private final SortedMap<String, Quarantine> before = new TreeMap<>();

  private QuarantinedRevisions revisions(Map<String, String> digests, String... hostChanges) {
    Plan plan = PlanBuilder.of("r").digests(digests).hostChanges(hostChanges).build();
    return new QuarantinedRevisions(before, plan, "now", true);
  }

  private static Outcome done(String subject, String app) {
    return new Outcome.Done(subject, app);
  }

  @Test
  void aRevisionThatIsTriedIsNotInQuarantineMeanwhile() {
    before.put("shop", new Quarantine("d", "earlier", "why"));
    before.put("blog", new Quarantine("other", "earlier", "why"));

    assertThat(revisions(Map.of("shop", "d", "blog", "e")).all()).containsOnlyKeys("blog");
  }

  @Test
  void aChangeOfTheHostsOwnEndsWhatEarlierRunsPutThere() {
    before.put("shop", new Quarantine("d", "earlier", "why"));
    before.put("blog", Quarantine.byHand("d", "earlier", "r0"));
    QuarantinedRevisions revisions = revisions(Map.of("new", "n"), "file /a 2:1", "package b 2:2");
    revisions.add("new", "it did not come up", Optional.empty());

    revisions.end(
        List.of(
            done("file /a", ""),
            done("package b", "app"),
            new Outcome.Failed("package b", "", Diagnostic.error("x", "y"))),
        app -> false);

    assertThat(revisions.all()).containsOnlyKeys("blog", "new");
    assertThat(revisions.all().get("new").undone()).containsExactly("package b 2:2");
    assertThat(revisions.all().get("blog").undone()).isEmpty();
  }

  @Test
  void whatFailsOfTheHostEndsNothing() {
    before.put("shop", new Quarantine("d", "earlier", "why"));
    QuarantinedRevisions revisions = revisions(Map.of(), "file /a 2:1");

    revisions.end(List.of(new Outcome.Skipped("file /a", "", "why")), app -> false);

    assertThat(revisions.all()).isEqualTo(before);
  }
}

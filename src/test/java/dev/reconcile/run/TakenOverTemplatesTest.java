// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.kind.FileKind;
import dev.reconcile.model.Change;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Live;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Role;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlanBuilder;
import dev.reconcile.plan.PlannedChange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A take-over of a hand-made gunicorn@.service, from which gunicorn@blog starts. */
final class TakenOverTemplatesTest {
  private static final String TEMPLATE = "/etc/systemd/system/gunicorn@.service";

  @TempDir Path temp;

  private static Plan plan(Map<String, String> digests, Map<String, Diagnostic> held) {
    FileKind.Spec spec = new FileKind.Spec(Content.of("[Service]"), FileAttributes.root(0644));
    Declared declared =
        new Declared(
            FileKind.address(TEMPLATE),
            spec,
            "",
            Role.UNIT_FILE,
            List.of(),
            Origin.of("reconcile.yaml"));
    Change change = new Change.TakeOver(new Live.Present(spec, false), declared);
    return PlanBuilder.of("r")
        .changes(List.of(new PlannedChange(change, List.of())))
        .digests(digests)
        .held(held)
        .build();
  }

  private String fault(Plan plan, String... apps) throws Exception {
    Path wants = temp.resolve("etc/systemd/system/multi-user.target.wants");
    Files.createDirectories(wants);
    Files.writeString(wants.resolve("gunicorn@blog.service"), "");
    LocalHost host = new LocalHost(temp, new ProcessRunner(), "run", List.of());
    return TakenOverTemplates.fault(host.facts(), plan, Set.of(apps))
        .map(Diagnostic::detail)
        .orElse("");
  }

  @Test
  void anAppThatIsDeployedIsNoFault() throws Exception {
    assertThat(fault(plan(Map.of("blog", "d"), Map.of()), "blog")).isEmpty();
  }

  @Test
  void aServiceThatIsNotInTheRepoIsToBeDescribed() throws Exception {
    assertThat(fault(plan(Map.of("shop", "d"), Map.of()), "shop"))
        .contains("gunicorn@blog.service starts from " + TEMPLATE, "Describe it in apps/");
  }

  @Test
  void anAppThatIsHeldIsToBeMended() throws Exception {
    Map<String, Diagnostic> held = Map.of("blog", Diagnostic.error("No such group", "x"));
    assertThat(fault(plan(Map.of("shop", "d"), held), "shop", "blog"))
        .endsWith("Its app blog is held (No such group). Mend blog first.")
        .doesNotContain("Describe it");
  }

  @Test
  void anAppThatIsNotAskedForIsToBeDeployed() throws Exception {
    assertThat(fault(plan(Map.of("shop", "d"), Map.of()), "shop", "blog"))
        .endsWith("Its app blog is not part of this run. Run without --only.");
  }
}

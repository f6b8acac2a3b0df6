// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.model.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A hand-made pair of units, gunicorn and a queue worker, is one app. */
final class FoundCommandTest {
  private static final String GUNICORN =
      """
      [Service]
      User=shop
      WorkingDirectory=/srv/shop
      ExecStart=/srv/shop/venv/bin/gunicorn -b 127.0.0.1:8000 main:app
      """;
  private static final String WORKER =
      """
      [Service]
      User=shop
      WorkingDirectory=/srv/shop/
      ExecStart=/srv/shop/venv/bin/celery -A "my tasks" worker --hostname=w@%%h
      TimeoutStopSec=2min
      """;

  private static Unit unit(String name, String text) {
    ParsedUnitFile file = ParsedUnitFile.of("/etc/systemd/system/" + name, text);
    return new Unit(
        name, "active", true, List.of(file), List.of(), Running.NOTHING, "web1", Map.of());
  }

  private static List<FoundApp> find(AdoptionFindings findings, Unit... others) {
    List<Unit> units = new ArrayList<>(List.of(unit("shop.service", GUNICORN)));
    units.addAll(List.of(others));
    return GunicornApps.find(units, _ -> Optional.empty(), findings);
  }

  private static List<String> names(FoundApp app) {
    return app.processes().stream().map(process -> process.unitIn(new Layout(app.name()))).toList();
  }

  @Test
  void theWorkerBecomesAProcessOfTheApp() {
    List<FoundApp> apps =
        find(
            new AdoptionFindings(),
            unit("shop-celery.service", WORKER),
            unit("mail.service", WORKER.replace("celery -A", "rq -A")));

    assertThat(apps).hasSize(1);
    assertThat(names(apps.getFirst()))
        .containsExactly(
            "gunicorn@shop.service",
            "gunicorn-process@shop.celery.1.service",
            "gunicorn-process@shop.mail.1.service");
    FoundCommand celery = (FoundCommand) apps.getFirst().processes().get(1);
    assertThat(celery.words())
        .containsExactly("celery", "-A", "my tasks", "worker", "--hostname=w@%h");
  }

  @Test
  void anotherUserOrVirtualenvIsReported() {
    AdoptionFindings findings = new AdoptionFindings();
    List<FoundApp> apps =
        find(
            findings,
            unit("a.service", WORKER.replace("User=shop", "User=ann")),
            unit("b.service", WORKER.replace("/srv/shop/venv/", "/srv/other/")));

    assertThat(names(apps.getFirst())).hasSize(1);
    assertThat(findings.all())
        .extracting(AdoptionFinding::text)
        .containsExactlyInAnyOrder(
            "a.service is not adopted, because it runs as ann, and shop runs as shop.",
            "b.service is not adopted, because its program is not in the virtualenv of shop.");
  }

  @Test
  void otherServicesStayAsTheyAre() {
    assertThat(FoundCommand.find(unit("a.service", WORKER + "Type=oneshot\n"))).isEmpty();
    assertThat(FoundCommand.find(unit("a.service", WORKER + "Type=forking\n"))).isEmpty();
    assertThat(FoundCommand.find(unit("a.service", WORKER.replace("-A", "$OPTS")))).isEmpty();
    assertThat(FoundCommand.find(unit("a.service", WORKER.replace("/srv/shop/venv", "/usr"))))
        .isEmpty();
    assertThat(FoundCommand.find(unit("a.service", "[Service]\nExecStart=/srv/v/bin/celery\n")))
        .isEmpty();
  }
}

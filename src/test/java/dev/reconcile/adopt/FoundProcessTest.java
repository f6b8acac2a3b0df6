// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** An app with two processes: the unit of each is described, and each is stopped. */
final class FoundProcessTest {
  /** A host on which everybody can do everything. */
  private static final class Open implements Access {
    @Override
    public boolean exists(String path) {
      return true;
    }

    @Override
    public boolean canRead(String user, String group, String path) {
      return true;
    }

    @Override
    public boolean canWrite(String user, String group, String path) {
      return true;
    }
  }

  private static final String NGINX =
      """
      # configuration file /etc/nginx/nginx.conf:
      events {}
      http { include /etc/nginx/sites-enabled/*; }

      # configuration file /etc/nginx/sites-enabled/shop:
      server {
          listen 80;
          server_name shop.test;
          location / { proxy_pass http://127.0.0.1:8000; }
      }
      """;

  private static final CodeInventory CODE =
      new CodeInventory(
          true,
          false,
          false,
          true,
          List.of("flask"),
          "",
          "",
          List.of(),
          List.of(),
          Optional.of("git@example.com:me/shop.git"),
          Set.of(),
          Map.of());

  private static Unit unit(String name, String directory, String command) {
    String text =
        """
        [Service]
        User=shop
        WorkingDirectory=%s
        ExecStart=/srv/shop/venv/bin/%s
        """
            .formatted(directory, command);
    ParsedUnitFile file = ParsedUnitFile.of("/etc/systemd/system/" + name, text);
    return new Unit(
        name, "active", true, List.of(file), List.of(), Running.NOTHING, "web1", Map.of());
  }

  private static Unit gunicorn(String name, String directory) {
    return unit(name, directory, "gunicorn -b 127.0.0.1:8000 main:app");
  }

  private static Unit worker(String directory) {
    return unit("worker.service", directory, "celery -A main worker");
  }

  // The web process is the only kind of process, so the finder describes the worker as one.
  private static Optional<WebProcess> findWorker(Unit unit, HostFiles texts) {
    String directory = unit.last("WorkingDirectory").orElseThrow().value();
    return GunicornApps.find(
            List.of(gunicorn(unit.name(), directory)), texts, new AdoptionFindings())
        .stream()
        .map(FoundApp::web)
        .findFirst();
  }

  private static List<FoundApp> find(List<Unit> units, AdoptionFindings findings) {
    return GunicornApps.find(
        units, _ -> Optional.empty(), List.of(FoundProcessTest::findWorker), findings);
  }

  private static Adoption adopt(List<Unit> units, FoundApp app) {
    HostInventory seen =
        new HostInventory(
            List.of(app),
            Map.of("shop", CODE),
            Map.of(),
            Map.of("shop", 200),
            NginxTree.of(NGINX, Set.of("web1")),
            Map.of(),
            new OtherConfigFiles(Map.of(), units),
            new Open(),
            List.of());
    return Adoption.of(seen, new AdoptionFindings());
  }

  @Test
  void eachProcessOfAnAppIsDescribedAndStopped() {
    List<Unit> units = List.of(gunicorn("shop.service", "/srv/shop"), worker("/srv/shop"));
    FoundApp app = find(units, new AdoptionFindings()).getFirst();

    Adoption adoption = adopt(units, app);

    assertThat(adoption.apps()).isEqualTo(1);
    assertThat(adoption.files().get("apps/shop.yaml"))
        .startsWith(
            """
            # From shop.service, /etc/systemd/system/shop.service
            # From worker.service, /etc/systemd/system/worker.service
            """);
    assertThat(adoption.after())
        .anyMatch(command -> command.endsWith("systemctl disable --now shop.service"))
        .anyMatch(command -> command.endsWith("systemctl disable --now worker.service"));
    assertThat(adoption.findings())
        .extracting(AdoptionFinding::text)
        .anyMatch(text -> text.startsWith("shop.service, "))
        .anyMatch(text -> text.startsWith("worker.service, "));
  }

  @Test
  void aProcessBelongsToTheAppOfItsDirectory() {
    AdoptionFindings findings = new AdoptionFindings();
    List<FoundApp> apps =
        find(
            List.of(
                worker("/srv/shop"),
                gunicorn("blog.service", "/srv/blog"),
                gunicorn("shop.service", "/srv/shop")),
            findings);

    assertThat(apps).extracting(app -> app.processes().size()).containsExactly(1, 2);
    assertThat(findings.all()).isEmpty();
  }

  @Test
  void aProcessWithoutAnAppIsReported() {
    AdoptionFindings findings = new AdoptionFindings();
    List<FoundApp> apps =
        find(List.of(gunicorn("shop.service", "/srv/shop"), worker("/srv/other")), findings);

    assertThat(apps).extracting(app -> app.processes().size()).containsExactly(1);
    assertThat(findings.all())
        .extracting(AdoptionFinding::text)
        .containsExactly(
            "worker.service is not adopted, because no gunicorn app runs from /srv/other.");
  }
}

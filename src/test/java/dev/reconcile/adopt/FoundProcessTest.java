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

  private static Unit unit(String name, String port) {
    String text =
        """
        [Service]
        User=shop
        WorkingDirectory=/srv/shop
        ExecStart=/srv/shop/venv/bin/gunicorn -b 127.0.0.1:%s main:app
        """
            .formatted(port);
    ParsedUnitFile file = ParsedUnitFile.of("/etc/systemd/system/" + name, text);
    return new Unit(
        name, "active", true, List.of(file), List.of(), Running.NOTHING, "web1", Map.of());
  }

  private static Adoption adopt(List<Unit> units, Service app) {
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
    List<Unit> units = List.of(unit("shop.service", "8000"), unit("worker.service", "8001"));
    List<Service> found =
        GunicornServices.find(units, path -> Optional.empty(), new AdoptionFindings());
    Service app = new Service("shop", found.getFirst().web(), List.of(found.getLast().web()));

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
}

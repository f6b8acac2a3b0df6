// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

/**
 * An issuer of certificates on a test host: caddy's own authority behind its ACME server, which
 * asks the sites of a name on port 80 like any other. The host trusts it, and apt can install
 * certbot.
 *
 * @param host the host
 */
record AcmeServer(TestHost host) {
  /** The address of its directory. */
  static final String DIRECTORY = "https://acme.test:9443/acme/local/directory";

  /** The address of another one, whose certificates nobody trusts. */
  static final String REHEARSAL = "https://rehearsal.test:9443/acme/rehearsal/directory";

  private static final String UNIT = "acme-server";
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private static final String CONFIGURATION =
      """
      {
        admin off
        auto_https disable_redirects
        skip_install_trust
        http_port 9080
        https_port 9443
        pki {
          ca rehearsal {
            name Rehearsal
          }
        }
      }
      acme.test:9443 {
        tls internal
        acme_server
      }
      rehearsal.test:9443 {
        tls internal
        acme_server {
          ca rehearsal
        }
      }
      """;

  // caddy's service would take port 80; apt finds certbot in the folder that it was loaded into
  private static final String INSTALL =
      """
      systemctl mask caddy.service caddy-api.service
      dpkg --install /srv/tools/caddy/*.deb
      cd /srv/tools/certbot
      for deb in *.deb; do
        dpkg-deb -f "$deb"
        printf 'Filename: ./%s\\nSize: %s\\nSHA256: %s\\n\\n' "$deb" "$(stat -c %s "$deb")" \
          "$(sha256sum "$deb" | cut -d' ' -f1)"
      done >Packages
      echo 'deb [trusted=yes] file:/srv/tools/certbot ./' >/etc/apt/sources.list.d/certbot.list
      apt-get update -q
      """;

  private static final String TRUST =
      """
      for _ in $(seq 100); do
        test -s /var/lib/acme/caddy/pki/authorities/local/root.crt && break
        sleep 0.1
      done
      cp /var/lib/acme/caddy/pki/authorities/local/root.crt /usr/local/share/ca-certificates/acme.crt
      update-ca-certificates
      """;

  /**
   * Makes one, which runs.
   *
   * @param names the names that lead to this host
   */
  static AcmeServer on(TestHost host, String... names) {
    AcmeServer server = new AcmeServer(host);
    Result installed = host.exec(LIMIT, "sh", "-ec", INSTALL);
    assertThat(installed.ok()).describedAs(installed.stdout() + installed.stderr()).isTrue();
    host.write("/etc/acme/Caddyfile", CONFIGURATION, "0644");
    host.runScript(
        "echo 127.0.0.1 acme.test rehearsal.test " + String.join(" ", names) + " >>/etc/hosts");
    server.start();
    host.runScript(TRUST);
    server.await();
    return server;
  }

  /** Starts it again. */
  void start() {
    host.run(
        "systemd-run",
        "--unit=" + UNIT,
        "--setenv=XDG_DATA_HOME=/var/lib/acme",
        "--setenv=HOME=/var/lib/acme",
        "caddy",
        "run",
        "--adapter",
        "caddyfile",
        "--config",
        "/etc/acme/Caddyfile");
  }

  /** Waits until it answers. */
  void await() {
    for (String directory : List.of(DIRECTORY, REHEARSAL)) {
      host.run(
          "curl", "-sSf", "--retry", "20", "--retry-all-errors", "--retry-delay", "1", directory);
    }
  }

  void stop() {
    host.run("systemctl", "stop", UNIT + ".service");
  }
}

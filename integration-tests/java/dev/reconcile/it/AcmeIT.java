// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.SelfSigned;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Sites come to their certificates by themselves: from an ACME server, or from their own key. */
class AcmeIT {
  private static final String SERVED =
      """
      openssl s_client -connect 127.0.0.1:443 -servername "$1" </dev/null 2>/dev/null \
        | openssl x509 -noout -serial -issuer -ext subjectAltName
      """;

  /** Kills reconcile when certbot has the certificate and tells nginx. */
  private static final String KILLER =
      """
      #!/bin/sh
      case "$1" in
        try-reload-or-restart) kill -KILL $(pgrep -f /opt/reconcile/reconcile.jar) ;;
      esac
      exec /usr/bin/systemctl "$@"
      """;

  private static Operator operator;
  private static TestHost host;
  private static AcmeServer acme;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    acme =
        AcmeServer.on(
            host,
            "more.test",
            "www.more.test",
            "down.test",
            "hand.test",
            "own.test",
            "unit.test",
            "staged.test",
            "killed.test",
            "busy.test",
            "bare.test",
            "odd.test",
            "www.odd.test",
            "closed.test");
    host.runScript("echo ::1 first.test >>/etc/hosts"); // the issuer asks it over IPv6
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static DesiredTree tree(String app, String names, String tls) {
    return DesiredTree.of("quiet")
        .with(
            "apps/" + app + ".yaml",
            "source: {folder: src/plain}\nsite: {server_name: [%s], tls: %s}\n"
                .formatted(names, tls));
  }

  private static String acme() {
    return "{acme: {email: me@example.com, server: \"%s\"}}".formatted(AcmeServer.DIRECTORY);
  }

  /** What is answered over https to somebody who trusts the issuer. */
  private static String secure(String name) {
    return host.run("curl", "-sSf", "--max-time", "20", "https://" + name + "/");
  }

  /** Serial number, issuer and names of the certificate that is served. */
  private static String served(String name) {
    return host.run("sh", "-ec", SERVED, "sh", name);
  }

  private static String attempts() {
    return host.runScript("cat /var/log/letsencrypt/letsencrypt.log* | wc -l");
  }

  @Test
  void fromNothingToHttps() {
    operator.push(tree("first", "first.test", acme()));
    String planned = succeed(0, operator.plan()).stdout();
    assertThat(planned)
        .contains("create certificate /etc/letsencrypt/live/first", "from " + AcmeServer.DIRECTORY)
        .contains("then /etc/nginx/sites-available/first:", "listen 443 ssl");
    assertThat(host.exec("test", "-e", "/etc/letsencrypt/live/first").ok()).isFalse();

    succeed(0, operator.apply());

    assertThat(secure("first.test")).isEqualTo(DesiredTree.answer("first"));
    assertThat(host.read("/var/log/nginx/access.log"))
        .containsPattern("(?m)^::1 .*GET /.well-known/acme-challenge/.* 200 ");
    assertThat(served("first.test")).contains("Caddy Local Authority", "DNS:first.test");
    assertThat(operator.status("first")).isEqualTo("301");
    assertThat(operator.page("quiet")).isEqualTo(DesiredTree.answer("quiet"));
    assertThat(host.run("systemctl", "is-enabled", "certbot.timer")).isEqualTo("enabled\n");
    operator.assertConverged();
    // what has changed within the last second is not written down yet
    host.runScript("rm -f /var/lib/reconcile/unchanged; sleep 1.2");
    assertThat(succeed(0, operator.apply()).stdout()).startsWith("No changes");
    assertThat(host.read("/var/lib/reconcile/unchanged"))
        .contains(" /etc/letsencrypt/archive/first/fullchain1.pem\n");

    operator.converge(DesiredTree.of("quiet"));
    operator.assertConverged();
    assertThat(host.run("certbot", "certificates", "--cert-name", "first")).contains("first.test");
  }

  /** The issuer has no password, no address that is known beforehand, and asks with GET. */
  @Thorough
  @Test
  void siteThatLetsNobodyInGetsItsCertificate() {
    operator.push(
        DesiredTree.of("quiet")
            .with(
                "apps/closed.yaml",
                """
                source: {folder: src/plain}
                site:
                  server_name: [closed.test]
                  tls: %s
                  methods: [POST]
                  extra: |
                    satisfy all;
                    auth_basic "closed";
                    auth_basic_user_file /etc/nginx/no-such-file;
                    auth_request /auth;
                    deny all;
                    if ($http_x_key != "k") {
                        return 403;
                    }
                """
                    .formatted(acme())));

    succeed(0, operator.apply());

    assertThat(served("closed.test")).contains("Caddy Local Authority");
    assertThat(
            host.run(
                "curl", "-so", "/dev/null", "-w", "%{http_code}", "-d", "", "https://closed.test/"))
        .isEqualTo("403");
    operator.assertConverged();
  }

  @Thorough
  @Test
  void theTimersServiceMayDoItToo() {
    operator.push(tree("unit", "unit.test", acme()));
    Timer.install(host, operator.repo(), "").elapse();
    assertThat(secure("unit.test")).isEqualTo(DesiredTree.answer("unit"));
    host.run("rm", "/etc/reconcile/config.yaml");
    operator.assertConverged();
  }

  @Thorough
  @Test
  void whoHasRehearsedGetsTheRealOne() {
    operator.converge(
        tree("staged", "staged.test", acme().replace(AcmeServer.DIRECTORY, AcmeServer.REHEARSAL)));
    assertThat(served("staged.test")).contains("Rehearsal");
    operator.assertConverged();

    operator.converge(tree("staged", "staged.test", acme()));
    assertThat(secure("staged.test")).isEqualTo(DesiredTree.answer("staged"));
    assertThat(served("staged.test")).contains("Caddy Local Authority");
    operator.assertConverged();
  }

  @Thorough
  @Test
  void aKillBetweenCertificateAndSiteIsMadeUpFor() {
    host.write("/usr/local/sbin/systemctl", KILLER, "0755");
    operator.push(tree("killed", "killed.test", acme()));

    Result killed = operator.apply();
    host.run("rm", "/usr/local/sbin/systemctl");
    assertThat(killed.exitCode()).isEqualTo(137);
    host.runScript("for _ in $(seq 100); do pgrep certbot >/dev/null || break; sleep 0.1; done");
    assertThat(operator.page("killed")).isEqualTo(DesiredTree.answer("killed"));

    succeed(0, operator.apply());
    assertThat(secure("killed.test")).isEqualTo(DesiredTree.answer("killed"));
    operator.assertConverged();
  }

  @Thorough
  @Test
  void anotherNameExtendsTheCertificateAndRenewalIsServed() {
    operator.converge(tree("more", "more.test", acme()));
    assertThat(served("more.test")).contains("DNS:more.test").doesNotContain("www");

    Result applied = operator.converge(tree("more", "more.test, www.more.test", acme()));

    assertThat(applied.stdout()).contains("certificate /etc/letsencrypt/live/more updated");
    assertThat(served("www.more.test")).contains("DNS:more.test", "DNS:www.more.test");
    assertThat(secure("www.more.test")).isEqualTo(DesiredTree.answer("more"));
    operator.assertConverged();

    String before = served("more.test");
    host.run(
        "certbot", "renew", "--force-renewal", "--no-random-sleep-on-renew", "--cert-name", "more");
    assertThat(host.run("curl", "-sSf", "--retry", "9", "--retry-all-errors", "https://more.test/"))
        .isEqualTo(DesiredTree.answer("more"));
    assertThat(served("more.test")).isNotEqualTo(before).contains("DNS:www.more.test");
    operator.assertConverged();
  }

  @Thorough
  @Test
  void anIssuerThatIsDownKeepsNobodyFromBeingServed() {
    operator.converge(DesiredTree.of("quiet"));
    acme.stop();
    operator.push(
        tree("down", "down.test", acme())
            .with(
                "apps/quiet.yaml",
                "source: {folder: src/plain}\nsite: {server_name: quiet.test}\nenv: {GREETING: hi}\n"));

    Result refused = succeed(3, operator.apply());

    assertThat(refused.stdout())
        .contains(
            "certificate /etc/letsencrypt/live/down deferred", "0 failed, 0 skipped, 1 deferred")
        .contains("Certificate not issued", "does not reach the CA https://acme.test")
        .contains("The next run orders the certificate");
    assertThat(operator.page("down")).isEqualTo(DesiredTree.answer("down"));
    assertThat(operator.page("quiet")).isEqualTo(DesiredTree.answer("quiet", "hi"));
    assertThat(host.exec("test", "-e", "/var/lib/reconcile/certificates/down").ok()).isFalse();

    acme.start();
    acme.await();
    succeed(0, operator.apply()); // at once
    assertThat(secure("down.test")).isEqualTo(DesiredTree.answer("down"));
    operator.assertConverged();
  }

  @Thorough
  @Test
  void aCertbotThatCannotBeInstalledIsNoRefusal() {
    String list = "/etc/apt/sources.list.d/certbot.list";
    host.runScript(
        "dpkg --remove --force-depends certbot 2>&1; mv %s /root/; apt-get update -q"
            .formatted(list));
    operator.push(tree("bare", "bare.test", acme()));

    Result bare = succeed(1, operator.apply());

    host.runScript("mv /root/certbot.list %s; apt-get update -q".formatted(list));
    assertThat(bare.stdout())
        .contains("package certbot failed", "certbot is not installed", "apt-get install certbot")
        .contains("The next run orders the certificate")
        .doesNotContain("refused");
    assertThat(host.exec("test", "-e", "/var/lib/reconcile/certificates/bare").ok()).isFalse();
    assertThat(operator.page("bare")).isEqualTo(DesiredTree.answer("bare"));
    succeed(0, operator.apply()); // at once
    assertThat(secure("bare.test")).isEqualTo(DesiredTree.answer("bare"));
    operator.assertConverged();
  }

  @Thorough
  @Test
  void aCertbotThatIsBusyIsNoRefusal() {
    operator.push(tree("busy", "busy.test", acme()));
    host.runScript(
        """
        systemd-run --quiet --unit=renewal python3 -c '
        import fcntl, os, time
        os.makedirs("/etc/letsencrypt", exist_ok=True)
        lock = open("/etc/letsencrypt/.certbot.lock", "w")
        fcntl.lockf(lock, fcntl.LOCK_EX)
        open("/run/locked", "w")
        time.sleep(300)'
        timeout 10 sh -c 'until [ -e /run/locked ]; do sleep 0.1; done'
        """);
    Result busy = succeed(3, operator.apply());
    assertThat(busy.stdout()).contains("Another certbot is running");
    assertThat(operator.page("busy")).isEqualTo(DesiredTree.answer("busy"));

    host.run("systemctl", "stop", "renewal.service");
    succeed(0, operator.apply()); // at once
    assertThat(secure("busy.test")).isEqualTo(DesiredTree.answer("busy"));
    operator.assertConverged();
  }

  @Test
  void whatIsServedByHttpsGoesOnWithTheCertificateThatItHas() {
    operator.converge(tree("hand", "hand.test", "self-signed"));
    String before = served("hand.test");
    acme.stop();
    operator.push(tree("hand", "hand.test", acme()));

    succeed(3, operator.apply());
    assertThat(served("hand.test")).isEqualTo(before);
    assertThat(operator.status("hand")).isEqualTo("301");
    assertThat(succeed(3, operator.apply()).stdout())
        .contains("Until there is a certificate, hand is served as before");
    assertThat(served("hand.test")).isEqualTo(before);

    acme.start();
    acme.await();
    succeed(0, operator.apply("--only", "hand"));
    assertThat(served("hand.test")).contains("Caddy Local Authority");
    assertThat(host.exec("test", "-e", "/etc/reconcile/tls/hand/privkey.pem").ok()).isFalse();
    succeed(0, operator.apply());
    operator.assertConverged();
  }

  @Thorough
  @Test
  void whatIsNotAsItWasOrderedIsNotOrderedInEveryRun() {
    // as if the issuer had names of its own mind: the last one is lost on the way
    host.write(
        "/usr/local/sbin/certbot", "#!/bin/bash\nexec /usr/bin/certbot \"${@:1:$#-2}\"\n", "0755");
    operator.push(tree("odd", "odd.test, www.odd.test", acme()));

    Result applied = succeed(3, operator.apply());

    host.run("rm", "/usr/local/sbin/certbot");
    assertThat(applied.stdout())
        .contains("Certificate not issued", "live/odd/fullchain.pem is for odd.test");
    assertThat(operator.page("odd")).isEqualTo(DesiredTree.answer("odd"));
    String attempts = attempts();
    assertThat(succeed(3, operator.apply()).stderr()).contains("Certificate order deferred");
    assertThat(secure("odd.test")).isEqualTo(DesiredTree.answer("odd"));
    assertThat(attempts()).isEqualTo(attempts);

    succeed(0, operator.apply("--only", "odd"));
    assertThat(secure("www.odd.test")).isEqualTo(DesiredTree.answer("odd"));
    succeed(0, operator.apply());
    operator.assertConverged();
  }

  @Thorough
  @Test
  void aSiteCanHaveACertificateOfItsOwn() throws InterruptedException {
    operator.converge(tree("own", "own.test", "self-signed"));

    String trusting = "curl -sSf --cacert /etc/reconcile/tls/own/fullchain.pem https://own.test/";
    assertThat(host.runScript(trusting)).isEqualTo(DesiredTree.answer("own"));
    assertThat(host.run("stat", "-c", "%a %U", "/etc/reconcile/tls/own/privkey.pem"))
        .isEqualTo("600 root\n");
    operator.assertConverged();

    // its last tenth begins in half a minute, long after a run has found nothing to do
    Instant due = Instant.now().plusSeconds(30);
    SelfSigned ending =
        SelfSigned.of(List.of("own.test"), due.minus(Duration.ofDays(9)), Duration.ofDays(10));
    host.write("/etc/reconcile/tls/own/privkey.pem", ending.key().text(), "0600");
    host.write("/etc/reconcile/tls/own/fullchain.pem", ending.certificate().text(), "0644");
    Thread.sleep(Duration.ofSeconds(2)); // what changed a moment ago proves nothing
    String nothing = succeed(0, operator.apply()).stdout();
    assertThat(nothing).startsWith("No changes");
    assertThat(host.read("/var/lib/reconcile/unchanged"))
        .contains(" " + due.getEpochSecond() + "\n");
    assertThat(succeed(0, operator.apply()).stdout()).isEqualTo(nothing);

    Thread.sleep(Duration.between(Instant.now(), due.plusSeconds(1)));
    assertThat(succeed(0, operator.apply()).stdout())
        .contains("self-signed /etc/reconcile/tls/own updated", "nginx reloaded");
    assertThat(host.read("/etc/reconcile/tls/own/fullchain.pem"))
        .isNotEqualTo(ending.certificate().text());
    assertThat(host.runScript(trusting)).isEqualTo(DesiredTree.answer("own"));
    operator.assertConverged();

    operator.converge(DesiredTree.of("quiet"));
    assertThat(host.exec("test", "-e", "/etc/reconcile/tls/own").ok()).isFalse();
    operator.assertConverged();
  }
}

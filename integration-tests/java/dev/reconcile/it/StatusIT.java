// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What status says of a real host: when all is well, and of each thing that is not. */
class StatusIT {
  private static final String CERTIFICATE = "/etc/letsencrypt/live/blog.test";

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void converge() {
    operator = Operator.boot();
    host = operator.host();
    host.makeCertificate("blog.test");
    operator.converge(
        DesiredTree.bare()
            .plain("shop", "gunicorn: {workers: 3}\nhealth: {path: /}\n")
            .with(
                "apps/blog.yaml",
                """
                source: {folder: src/plain}
                gunicorn: {bind: port}
                site:
                  server_name: [blog.test, www.blog.test]
                  tls: {certificate: %1$s/fullchain.pem, key: %1$s/privkey.pem}
                """
                    .formatted(CERTIFICATE)));
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static Result status(int code, String... options) {
    String[] argv = new String[options.length + 2];
    argv[0] = "reconcile";
    argv[1] = "status";
    System.arraycopy(options, 0, argv, 2, options.length);
    return Operator.succeed(code, host.exec(argv));
  }

  /** The trouble is said, in text and JSON, and status is content once it is mended. */
  private static void assertSaid(String damage, String mend, String... said) {
    host.runScript(damage);
    try {
      String text = status(1).stdout().replaceAll("\\s+", " ");
      assertThat(text).contains(said).contains("Unhealthy");
      assertThat(status(1, "--json").stdout()).contains(said).contains("\"healthy\" : false");
    } finally {
      host.runScript(mend);
    }
    assertWell();
  }

  private static void assertWell() {
    for (int i = 0; i < 50 && !host.exec("reconcile", "status").ok(); i++) {
      host.runScript("sleep 0.2"); // workers come up one after the other
    }
    assertThat(status(0).stdout()).endsWith("\nHealthy\n");
  }

  @Test
  void allIsWellAndNothingIsChangedByLooking() {
    assertWell();
    List<String> before = operator.snapshot("/etc", "/var/lib/reconcile", "/run", "/opt");

    Result text = status(0);
    String json = status(0, "--json").stdout();

    assertThat(text.stderr()).isEmpty();
    assertThat(text.stdout())
        .containsPattern("shop +up \\d+ (s|min) +3/3 +200, \\d+ ms +none +- +[0-9a-f]{12}\n")
        .contains("  shop.test (200) -> unix:/run/shop_gunicorn.sock\n")
        .containsPattern(
            "blog +up \\d+ (s|min) +2/2 +200, \\d+ ms +none +36\\d\\d d +[0-9a-f]{12}\n")
        .containsPattern("  blog.test www.blog.test \\(200\\) -> 127.0.0.1:2\\d{4}\n");
    assertThat(json)
        .contains(
            "\"healthy\" : true", "\"exit_code\" : 0", "\"workers\" : 3", "\"state\" : \"healthy\"")
        .containsPattern("\"days_left\" : 36\\d\\d");
    assertThat(
            Operator.differences(
                before, operator.snapshot("/etc", "/var/lib/reconcile", "/run", "/opt")))
        .isEmpty();
  }

  @Test
  void aPageIsWrittenWhereAPersonMeansIt() {
    host.runScript(
        "mkdir -p /var/tmp/pages && cd /var/tmp/pages && reconcile status --html it.html");
    assertThat(host.read("/var/tmp/pages/it.html")).startsWith("<!DOCTYPE html>");
  }

  @Thorough
  @Test
  void stoppedInstance() {
    assertSaid(
        "systemctl stop gunicorn@shop.service",
        "systemctl start gunicorn@shop.service",
        "gunicorn@shop.service is not running",
        "unit gunicorn@shop.service differs (apply would update it)");
    assertThat(host.workers("shop")).isNotEmpty();
  }

  @Thorough
  @Test
  void lookingDoesNotStartWhatIsStopped() {
    host.run("systemctl", "stop", "gunicorn@shop.service");
    try {
      status(1);
      assertThat(host.workers("shop")).isEmpty();
    } finally {
      host.run("systemctl", "start", "gunicorn@shop.service");
    }
    assertWell();
  }

  @Test
  void killedWorkersAndStoppedNginx() {
    assertSaid(
        "systemctl stop nginx.service",
        "systemctl start nginx.service",
        "unit nginx.service differs (apply would update it)");
  }

  @Thorough
  @Test
  void editedFile() {
    String site = "/etc/nginx/sites-available/shop";
    assertSaid(
        "cp -p " + site + " /root/kept; echo '# mine' >>" + site,
        "cp -p /root/kept " + site,
        "file " + site + " differs (apply would update it)");
  }

  @Test
  void failingHealth() {
    String home = host.run("readlink", "/usr/share/nginx/shop").strip();
    assertSaid(
        """
        cp -p %1$s/main.py /root/main.py
        sed -i 's/"200 OK"/"500 Broken"/' %1$s/main.py
        systemctl restart gunicorn@shop.service
        """
            .formatted(home),
        "reconcile --repo %s --only shop".formatted(operator.repo()),
        "GET / is answered by 500");
  }

  @Test
  void expiredCertificate() {
    assertSaid(
        """
        cp -a %1$s /root/certificate
        cd /root
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 \
          -not_before 20240101000000Z -not_after 20240201000000Z -subj /CN=blog.test \
          -keyout key.pem -out %1$s/fullchain.pem 2>err || {
            mkdir -p ca/new; : >ca/index.txt; echo 01 >ca/serial
            printf '[ca]\\ndefault_ca=d\\n[d]\\ndir=/root/ca\\ndatabase=/root/ca/index.txt\\n' >ca.cnf
            printf 'serial=/root/ca/serial\\nnew_certs_dir=/root/ca/new\\ndefault_md=sha256\\n' >>ca.cnf
            printf 'policy=p\\n[p]\\ncommonName=supplied\\n' >>ca.cnf
            openssl req -new -newkey rsa:2048 -nodes -subj /CN=blog.test -keyout key.pem -out r.csr
            openssl ca -batch -config ca.cnf -selfsign -keyfile key.pem -in r.csr -notext \
              -startdate 20240101000000Z -enddate 20240201000000Z -out %1$s/fullchain.pem
          }
        """
            .formatted(CERTIFICATE),
        "rm -r %1$s; mv /root/certificate %1$s".formatted(CERTIFICATE),
        "The certificate " + CERTIFICATE + "/fullchain.pem has expired");
  }
}

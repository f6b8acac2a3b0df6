// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What keeps visitors from an app that is well: each is seen by the next run that changes the app,
 * by status and by doctor, and takes no good change back.
 */
class SiteFaultsIT {
  private static final String CERTIFICATE = "/etc/letsencrypt/live/safe.test";
  private static final String INCLUDE = "include /etc/nginx/sites-enabled/*;";
  private static final String UNREAD = "sites-enabled not included by nginx";

  private static Operator operator;
  private static TestHost host;
  private int change;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    host.makeCertificate("safe.test");
    host.runScript(
        "cp -a /etc/nginx /root/nginx; mkdir -p /etc/reconcile;"
            + " echo 'repo: %s' >/etc/reconcile/config.yaml".formatted(operator.repo()));
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static DesiredTree tree() {
    return DesiredTree.of("shop")
        .with(
            "apps/safe.yaml",
            """
            source: {folder: src/plain}
            site:
              server_name: [safe.test, www.safe.test]
              tls: {certificate: %1$s/fullchain.pem, key: %1$s/privkey.pem}
            """
                .formatted(CERTIFICATE));
  }

  @BeforeEach
  void converge() {
    operator.converge(tree());
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    awaitWell();
  }

  @AfterEach
  void mend() {
    host.runScript(
        """
        rm -rf /etc/systemd/system/nginx.service.d /etc/nginx-other
        find /etc/nginx -mindepth 1 -maxdepth 1 ! -name 'sites-*' -exec rm -r {} +
        cp -a /root/nginx/. /etc/nginx
        systemctl daemon-reload; systemctl restart nginx
        """);
  }

  private static void awaitWell() {
    Result status = new Result(1, "", "");
    for (int i = 0; i < 50 && !status.ok(); i++) {
      status = host.exec("reconcile", "status"); // workers come up one after the other
    }
    assertThat(status.stdout()).endsWith("\nHealthy\n");
  }

  /** A good change of both apps. */
  private DesiredTree changed() {
    String env = "env: {CHANGE: \"" + ++change + System.nanoTime() + "\"}\n";
    DesiredTree tree = tree();
    for (String app : List.of("apps/shop.yaml", "apps/safe.yaml")) {
      tree = tree.with(app, tree.files().get(app) + env);
    }
    return tree;
  }

  private Result applyChange(int code) {
    operator.push(changed());
    return Operator.succeed(code, operator.apply());
  }

  private static String words(Result result) {
    return (result.stdout() + result.stderr()).replaceAll("\\s+", " ");
  }

  /** Nothing was taken back: the settings that run are those of the last commit. */
  private void assertKept() {
    assertThat(host.read("/etc/gunicorn/shop.env")).contains("CHANGE=\"" + change);
    assertThat(host.read("/var/lib/reconcile/state.json")).contains("\"quarantine\" : { }");
  }

  private static void assertSaid(String... said) {
    assertThat(words(Operator.succeed(1, host.exec("reconcile", "status"))))
        .contains(said)
        .contains("Visitors do not reach it.", "Unhealthy");
    assertThat(words(Operator.succeed(1, host.exec("reconcile", "status", "--json"))))
        .contains("\"state\" : \"blocked\"", "\"healthy\" : false");
    assertThat(words(Operator.succeed(1, host.exec("reconcile", "doctor")))).contains(said);
  }

  private static void mendAsDoctorSays() {
    host.exec("reconcile", "doctor")
        .stdout()
        .lines()
        .filter(line -> line.startsWith("    "))
        .map(line -> line.substring(4))
        .filter(command -> !command.startsWith("reconcile timer"))
        .forEach(command -> Operator.succeed(0, host.exec("sh", "-ec", command)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "''! has no line",
        "include /etc/nginx/sites-enabled/*.conf;! does not match",
      })
  void sitesThatNginxDoesNotRead(String instead, String why) {
    assertNotRead(instead, why);
  }

  @Thorough
  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "#include /etc/nginx/sites-enabled/*;! has no line",
        "server { listen 8080; include /etc/nginx/sites-enabled/*.inc; }! within http and server",
        "include /etc/nginx/conf.d/more.inc;! has no line",
      })
  void otherSitesThatNginxDoesNotRead(String instead, String why) {
    assertNotRead(instead, why);
  }

  private void assertNotRead(String instead, String why) {
    host.runScript(
        """
        touch /etc/nginx/conf.d/more.inc
        sed -i 's|%s|%s|' /etc/nginx/nginx.conf; systemctl restart nginx
        """
            .formatted(INCLUDE.replace("*", "\\*"), instead == null ? "" : instead));
    operator.push(changed().plain("later", ""));
    List<String> before = operator.snapshot("/etc", "/var/lib/reconcile");
    assertThat(words(Operator.succeed(1, operator.plan()))).contains("Error: " + UNREAD, why);
    assertThat(Operator.differences(before, operator.snapshot("/etc", "/var/lib/reconcile")))
        .isEmpty();

    Result applied = Operator.succeed(1, operator.apply());
    assertThat(words(applied)).contains("Error: " + UNREAD, why).containsOnlyOnce(UNREAD);
    assertKept();
    assertThat(host.workers("later")).isNotEmpty();
    assertThat(host.exec("test", "-e", "/etc/nginx/sites-enabled/later").ok()).isFalse();
    assertSaid(UNREAD, why);

    operator.push(changed());
    assertThat(words(Operator.succeed(1, operator.apply("--max-prune", "5")))).contains(UNREAD);
    assertThat(words(Operator.succeed(1, operator.apply()))).contains(UNREAD); // nothing to do

    mendAsDoctorSays();
    Operator.succeed(0, operator.apply());
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    awaitWell();
    operator.assertConverged();
  }

  @Thorough
  @ParameterizedTest
  @CsvSource({"-c /etc/nginx-other/nginx.conf", "-p /etc/nginx-other -c nginx.conf"})
  void anotherFileThanTheUsualOne(String how) {
    host.runScript(
        """
        mkdir -p /etc/nginx-other /etc/systemd/system/nginx.service.d
        printf 'events {}\\nhttp\\n{\\n  access_log off;\\n}\\n' >/etc/nginx-other/nginx.conf
        cat >/etc/systemd/system/nginx.service.d/own.conf <<'end'
        [Service]
        Environment="WORDS=%s"
        ExecStartPre=
        ExecStart=
        ExecStart=/usr/sbin/nginx $WORDS -g 'daemon on; master_process on;'
        end
        systemctl daemon-reload; systemctl restart nginx
        """
            .formatted(how));
    operator.push(changed());
    assertThat(words(Operator.succeed(1, operator.plan())))
        .contains(UNREAD, "nginx.service starts nginx with", "/etc/nginx-other/nginx.conf");
    Operator.succeed(1, operator.apply());
    assertKept();
    assertSaid(UNREAD, "/etc/nginx-other/nginx.conf");

    mendAsDoctorSays();
    Operator.succeed(0, operator.apply());
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    awaitWell();
  }

  @Thorough
  @Test
  void copyOfAnEditorThatIsReadFirst() {
    host.runScript(
        "sed s/shop_gunicorn/gone/ /etc/nginx/sites-available/shop"
            + " >'/etc/nginx/sites-enabled/#shop#'; systemctl reload nginx; sleep 1");
    assertThat(operator.status("shop")).isEqualTo("502");
    Result result = applyChange(1);
    assertThat(words(result))
        .contains("Site shadowed by another nginx server", "/etc/nginx/sites-enabled/#shop#");
    assertKept();
    assertSaid("Site shadowed by another nginx server", "rm '/etc/nginx/sites-enabled/#shop#'");
    Operator.succeed(1, operator.apply()); // it is not nothing to do

    mendAsDoctorSays();
    Operator.succeed(0, operator.apply());
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    operator.assertConverged();
  }

  @Thorough
  @Test
  void foreignFileWithTheNameIsReadFirst() {
    host.write(
        "/etc/nginx/conf.d/zz.conf",
        "server { listen 80; server_name shop.test; return 200 theirs; }\n",
        "0644");
    host.runScript("systemctl reload nginx; sleep 1");
    assertThat(operator.page("shop")).isEqualTo("theirs");
    assertSaid("Site shadowed by another nginx server", "/etc/nginx/conf.d/zz.conf:1");
    // a plan has words of its own for it, and changes nothing
    operator.push(changed());
    assertThat(operator.apply().exitCode()).isNotZero();
  }

  @Test
  void defaultServerIsNoCatchAll() {
    operator.push(
        tree()
            .with(
                "templates/any.conf",
                template("listen 80;", "{{upstream}}").replace("{{server_names}}", "''"))
            .with("apps/any.yaml", app("any")));
    Result result = Operator.succeed(1, operator.apply());
    assertThat(words(result))
        .contains("Site shadowed by another nginx server", "sites-enabled/default:");
    assertThat(host.workers("any")).isNotEmpty();

    host.runScript("rm /etc/nginx/sites-enabled/default; systemctl reload nginx");
    Operator.succeed(0, operator.apply());
    assertThat(operator.page("any")).isEqualTo(DesiredTree.answer("any"));
    host.runScript("ln -s /etc/nginx/sites-available/default /etc/nginx/sites-enabled/default");
  }

  @Thorough
  @Test
  void certificateThatNginxHasInMemoryIsOld() {
    host.makeCertificate("safe.test");
    assertSaid("Outdated certificate in nginx", "systemctl reload nginx.service");
    Result result = applyChange(1);
    assertThat(words(result)).contains("Outdated certificate in nginx");
    assertKept();
    // the next run has nothing else to do, and nginx reads its files again
    Result next = Operator.succeed(0, operator.apply());
    assertThat(words(next)).contains("nginx reloaded");
    awaitWell();
    operator.assertConverged();
  }

  @Thorough
  @Test
  void filesThatNginxHasNotReadSinceTheyWereMended() {
    host.runScript(
        """
        sed -i 's|%s|include /etc/nginx/sites-enabled/default;|' /etc/nginx/nginx.conf
        systemctl restart nginx; sleep 1.5
        cp /root/nginx/nginx.conf /etc/nginx/nginx.conf
        """
            .formatted(INCLUDE.replace("*", "\\*")));
    assertThat(operator.page("shop")).contains("Welcome to nginx");
    assertSaid("Outdated configuration in nginx", "systemctl reload nginx.service");
    Result result = applyChange(1);
    assertThat(words(result)).contains("Outdated configuration in nginx");
    assertKept();
    assertThat(words(Operator.succeed(0, operator.apply()))).contains("nginx reloaded");
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    operator.assertConverged();
  }

  @Thorough
  @Test
  void touchedFilesAreNoFault() {
    host.runScript("sleep 1.5; echo '# mine' >>/etc/nginx/nginx.conf");
    awaitWell();
    applyChange(0);
    assertKept();
  }

  @Thorough
  @Test
  void nginxDoesNotRunAndAnotherProgramHasItsPort() {
    host.runScript(
        "systemctl stop nginx; cd /srv; systemd-run --unit=other python3 -m http.server 80;"
            + " for _ in $(seq 50); do curl -s localhost && break; sleep 0.1; done");
    assertThat(words(Operator.succeed(1, host.exec("reconcile", "status"))))
        .contains(
            "Visitors do not reach it. nginx not running.", "port 80 is held by pid", "python3");
    assertThat(words(Operator.succeed(1, host.exec("reconcile", "doctor"))))
        .contains("nginx not running");
    operator.push(changed());
    Operator.succeed(1, operator.apply());
    host.runScript("systemctl stop other");
    Operator.succeed(0, operator.apply());
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
  }

  @Thorough
  @Test
  void portThatTheRunningNginxDoesNotListenOn() {
    // nginx cannot have the port, and says so to its log alone
    host.runScript(
        "systemd-run --unit=other python3 -m http.server 8099;"
            + " for _ in $(seq 50); do curl -s localhost:8099 && break; sleep 0.1; done");
    operator.push(
        tree()
            .with("templates/on.conf", template("listen 8099;", "{{upstream}}"))
            .with("apps/on.yaml", app("on")));
    Result result = operator.apply();
    assertThat(result.exitCode()).isNotZero();
    assertThat(words(result)).contains("8099");
    host.runScript("systemctl stop other");
    Operator.succeed(0, operator.apply("--only", "on"));
    host.runScript(
        """
        sed -i 's/listen 8099/listen 8098/' /etc/nginx/sites-available/on
        systemctl reload nginx; sleep 1
        sed -i 's/listen 8098/listen 8099/' /etc/nginx/sites-available/on
        """);
    assertSaid("nginx not listening for a site", "listen 8099", "no process listens on port 8099");
    operator.converge(tree());
  }

  private static String template(String listen, String upstream) {
    return "server { %s server_name {{server_names}}; location / { proxy_pass %s; } }\n"
        .formatted(listen, upstream);
  }

  private static String app(String name) {
    return "source: {folder: src/plain}\nsite: {server_name: %1$s.test, template: %1$s.conf}\n"
        .formatted(name);
  }

  @Test
  void templateThatLeadsElsewhereTakesItsAppBack() {
    String wrong = template("listen 80;", "http://unix:/run/{{name}}.sock");
    DesiredTree bad =
        tree()
            .with("templates/shop.conf", wrong)
            .with("templates/new.conf", wrong)
            .with("apps/shop.yaml", app("shop") + "env: {GREETING: bad}\n")
            .with("apps/new.yaml", app("new"));
    operator.push(bad);
    Result result = Operator.succeed(3, operator.apply());
    assertThat(words(result))
        .contains(
            "App not reachable from nginx",
            "The site leads to http://unix:/run/shop.sock",
            "shop was rolled back.",
            "new was rolled back.");
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    assertThat(host.exec("test", "-e", "/etc/nginx/sites-enabled/new").ok()).isFalse();
    assertThat(host.workers("new")).isEmpty();
    assertThat(host.read("/var/lib/reconcile/state.json")).doesNotContain("unreached");

    Operator.succeed(3, operator.apply()); // in quarantine
    operator.converge(
        bad.with("templates/shop.conf", template("listen 80;", "{{upstream}}"))
            .with("templates/new.conf", template("listen 80;", "{{upstream}}")));
    assertThat(operator.page("shop")).isEqualTo("bad from www-data\n");
    assertThat(operator.page("new")).isEqualTo(DesiredTree.answer("new"));
    operator.converge(tree());
  }

  @Thorough
  @Test
  void gatewayThatIsHiddenByAPageIsSeen() {
    host.write("/srv/sorry/sorry.html", "sorry", "0644");
    DesiredTree bad =
        tree()
            .with(
                "templates/shop.conf",
                """
                server {
                  listen 80;
                  server_name {{server_names}};
                  error_page 502 =503 /sorry.html;
                  location = /sorry.html { root /srv/sorry; }
                  location / { proxy_pass http://127.0.0.1:9; }
                }
                """)
            .with("apps/shop.yaml", app("shop"));
    operator.push(bad);
    Result result = Operator.succeed(3, operator.apply());
    assertThat(words(result))
        .contains("The site leads to http://127.0.0.1:9", "shop was rolled back");
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    operator.converge(bad.with("templates/shop.conf", template("listen 80;", "{{upstream}}")));
    operator.converge(tree());
  }

  // nginx itself answers 500 to every visitor, while the app answers 200 at its own address.
  @Thorough
  @Test
  void errorOfNginxItselfTakesItsAppBack() {
    for (String extra :
        List.of(
            "auth_request /nowhere; location = /nowhere { return 404; }",
            "location = / { rewrite ^ / last; }")) {
      operator.push(
          tree()
              .with(
                  "apps/shop.yaml",
                  "source: {folder: src/plain}\nsite:\n  server_name: shop.test\n  extra: \"%s\"\n"
                      .formatted(extra)));
      Result result = Operator.succeed(3, operator.apply());
      assertThat(words(result))
          .as(extra)
          .contains("http://shop.test/ gives 500", "nginx answers itself", "shop was rolled back");
      assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    }
  }

  @Thorough
  @Test
  void messageOfNginxIsFoundWhateverTheCallersZone() {
    host.runScript(
        """
        cp -P /etc/localtime /root/localtime 2>/dev/null || true
        ln -sf /usr/share/zoneinfo/America/New_York /etc/localtime; systemctl restart nginx
        """);
    try {
      operator.push(
          tree()
              .with(
                  "apps/shop.yaml",
                  """
                  source: {folder: src/plain}
                  site:
                    server_name: shop.test
                    extra: "auth_request /nowhere; location = /nowhere { return 404; }"
                  """));
      Result result =
          Operator.succeed(3, host.exec("env", "TZ=Pacific/Kiritimati", "reconcile", "apply"));
      assertThat(words(result))
          .contains("http://shop.test/ gives 500", "nginx says: auth request unexpected status");
    } finally {
      host.runScript("rm /etc/localtime; cp -P /root/localtime /etc/localtime || true");
    }
  }

  // nginx speaks TLS to a socket that expects plain HTTP, so a visitor gets no answer.
  @Thorough
  @Test
  void siteThatNeverAnswersTakesItsAppBack() {
    operator.push(
        tree()
            .with(
                "apps/shop.yaml",
                """
                source: {folder: src/plain}
                health: {timeout: 5}
                site:
                  server_name: shop.test
                  extra: "location = / { proxy_pass https://unix:/run/shop_gunicorn.sock; }"
                """));
    Result result = Operator.succeed(3, operator.apply());
    assertThat(words(result)).contains("no answer in time, while shop answers 200");
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
  }

  // Someone types "nginx", or certbot does: nginx.service is inactive, and nginx serves.
  @Thorough
  @Test
  void nginxThatSomeoneStartedByHandIsReloaded() {
    host.runScript("systemctl stop nginx; nginx");
    try {
      operator.push(
          changed()
              .with(
                  "apps/shop.yaml",
                  "source: {folder: src/plain}\nsite: {server_name: [shop.test, more.test]}\n"));
      Operator.succeed(0, operator.apply());
      assertThat(operator.page("more")).isEqualTo(DesiredTree.ANSWER);
      assertThat(Operator.succeed(0, operator.apply()).stdout()).contains("No changes");
      String doctor = host.exec("reconcile", "doctor").stdout();
      assertThat(doctor).contains("nginx outside systemd");
      host.runScript(
          doctor
              .lines()
              .map(String::strip)
              .filter(line -> line.startsWith("kill -QUIT "))
              .findFirst()
              .orElseThrow());
      assertThat(host.run("systemctl", "is-active", "nginx")).isEqualTo("active\n");
      assertThat(Operator.succeed(0, operator.apply()).stdout()).contains("No changes");
    } finally {
      host.exec("sh", "-c", "pkill -QUIT -o nginx; sleep 1; systemctl restart nginx");
    }
  }

  @Thorough
  @Test
  void templateThatLeadsToAnotherAppTakesItsAppBack() {
    String wrong = template("listen 80;", "http://unix:/run/safe_gunicorn.sock");
    DesiredTree bad =
        changed()
            .with("templates/shop.conf", wrong)
            .with(
                "templates/new.conf",
                "upstream all_of_them { server unix:/var/run/safe_gunicorn.sock; }\n"
                    + template("listen 80;", "http://all_of_them"))
            .with("apps/shop.yaml", app("shop") + "env: {GREETING: bad}\n")
            .with("apps/new.yaml", app("new"));
    operator.push(bad);
    Result result = Operator.succeed(3, operator.apply());
    assertThat(words(result))
        .contains(
            "Site with a wrong upstream",
            "The site leads to http://unix:/run/safe_gunicorn.sock, which is another app's",
            "shop was rolled back.",
            "new was rolled back.");
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    assertThat(host.exec("test", "-e", "/etc/nginx/sites-enabled/new").ok()).isFalse();
    assertThat(host.read("/etc/gunicorn/safe.env")).contains("CHANGE=\"" + change);

    // the mistake is made by hand, too
    host.runScript(
        "sed -i s/shop_gunicorn/safe_gunicorn/ /etc/nginx/sites-available/shop;"
            + " systemctl reload nginx; sleep 1");
    assertSaid("Site with a wrong upstream", "safe_gunicorn.sock");
    operator.converge(tree());
    awaitWell();
  }

  @Thorough
  @Test
  void pageThatStandsForADeadAppIsSeen() {
    host.write("/srv/sorry/sorry.html", "sorry", "0644");
    operator.push(
        tree()
            .with(
                "templates/shop.conf",
                """
                server {
                  listen 80;
                  server_name {{server_names}};
                  error_page 502 503 504 = @maintenance;
                  location @maintenance { root /srv/sorry; rewrite ^ /sorry.html break; }
                  location / { proxy_pass http://127.0.0.1:8001; }
                }
                """)
            .with("apps/shop.yaml", app("shop")));
    Result result = Operator.succeed(3, operator.apply());
    assertThat(words(result))
        .contains("The site leads to http://127.0.0.1:8001, where no process listens")
        .contains("shop was rolled back");
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    operator.converge(tree());
  }

  @Thorough
  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "! {{upstream}}",
        "! http://unix:/var/run/way_gunicorn.sock",
        "! http://unix:/run/way_gunicorn.sock:/",
        "set $to {{upstream}};! $to",
        "set $app way;! http://unix:/run/${app}_gunicorn.sock",
        "! http://way_members",
        "! http://127.0.0.1:8097"
      })
  void waysToAnAppThatAreNoFault(String before, String upstream) {
    host.runScript(
        """
        systemctl is-active -q front || systemd-run --unit=front python3 -c "import socket
        s = socket.create_server(('127.0.0.1', 8097))
        while True:
            client = s.accept()[0]
            app = socket.socket(socket.AF_UNIX)
            app.connect('/run/way_gunicorn.sock')
            app.sendall(client.recv(65536).replace(b'keep-alive', b'close'))
            while data := app.recv(65536):
                client.sendall(data)
            client.close()"
        """);
    String site =
        """
        upstream way_members { server {{address}}; }
        server {
          listen 80;
          server_name {{server_names}};
          error_page 502 =200 /sorry.html;
          location / { %s proxy_pass %s; }
        }
        """
            .formatted(before == null ? "" : before, upstream);
    operator.converge(tree().with("templates/way.conf", site).with("apps/way.yaml", app("way")));
    assertThat(operator.page("way")).isEqualTo(DesiredTree.answer("way"));
    awaitWell();
    assertThat(words(host.exec("reconcile", "doctor"))).doesNotContain("leads to");
    operator.assertConverged();
    operator.converge(tree());
  }

  @Thorough
  @Test
  void directoryThatNginxMayNotRead() {
    host.runScript(
        "install -d -m 750 /srv/private; install -d /srv/private/static;"
            + " echo file >/srv/private/static/a.txt");
    operator.push(
        tree()
            .with(
                "apps/files.yaml",
                """
                source: {folder: src/plain}
                site: {server_name: files.test, static: {/static/: /srv/private/static/}}
                """));
    String shut = "Directory not readable by nginx";
    assertThat(words(Operator.succeed(0, operator.plan())))
        .contains("Warning: " + shut, "chmod o+x /srv/private");
    Operator.succeed(0, operator.apply());
    assertThat(words(Operator.succeed(1, host.exec("reconcile", "doctor"))))
        .contains(shut, " chmod o+x /srv/private");
    host.runScript("chmod o+x /srv/private");
    assertThat(operator.page("files", "/static/a.txt")).isEqualTo("file\n");
    assertThat(words(host.exec("reconcile", "doctor"))).doesNotContain(shut);

    host.runScript("chmod 600 /srv/private/static/a.txt");
    assertThat(words(Operator.succeed(1, host.exec("reconcile", "doctor"))))
        .contains(shut, " chmod -R o+rX /srv/private/static");
    operator.converge(tree());
  }

  @Thorough
  @Test
  void passwordFileThatNginxCannotOpen() {
    String shut = "Warning: File not readable by nginx";
    DesiredTree files =
        tree()
            .with(
                "apps/files.yaml",
                """
                source: {folder: src/plain}
                site:
                  server_name: files.test
                  extra: auth_basic x; auth_basic_user_file /etc/nginx/passwords;
                """);
    operator.push(files);
    assertThat(words(Operator.succeed(0, operator.plan())))
        .contains(shut, "auth_basic_user_file /etc/nginx/passwords;", "missing", "get 403")
        .contains("apps/files.yaml");
    Operator.succeed(0, operator.apply());
    assertThat(words(Operator.succeed(1, host.exec("reconcile", "doctor"))))
        .contains("File not readable by nginx", "missing");

    // with openssl passwd -apr1: secret
    String made =
        "\nfiles: {/etc/nginx/passwords: {content: \"a:{PLAIN}secret\\n\", group: www-data, mode: '%s'}}\n";
    String settings = files.files().get("reconcile.yaml");
    operator.push(
        files.with("reconcile.yaml", settings + made.formatted("0600")).with("src/plain/x", "1"));
    assertThat(words(Operator.succeed(0, operator.plan()))).contains(shut, "get 500", "0640");
    operator.push(
        files.with("reconcile.yaml", settings + made.formatted("0640")).with("src/plain/x", "1"));
    assertThat(words(Operator.succeed(0, operator.plan()))).doesNotContain(shut);
    Operator.succeed(0, operator.apply());
    assertThat(words(host.exec("reconcile", "doctor"))).doesNotContain("File not readable");
    operator.converge(tree());
  }

  @Thorough
  @Test
  void notAskedIsWhatDoesNotRun() {
    host.run("systemctl", "stop", "gunicorn@shop.service");
    Operator.succeed(1, host.exec("reconcile", "status"));
    Operator.succeed(1, host.exec("reconcile", "doctor"));
    assertThat(host.workers("shop")).isEmpty();
    Map<String, String> same = tree().files();
    assertThat(same).isNotEmpty();
    Operator.succeed(0, operator.apply());
  }

  @Thorough
  @Test
  void certificateOfAnotherNameIsHeldAndOneInUseIsTold() {
    host.makeCertificate("other.test");
    DesiredTree wrong = tree();
    wrong =
        wrong.with(
            "apps/safe.yaml",
            wrong.files().get("apps/safe.yaml").replace("live/safe", "live/other"));
    operator.push(wrong);
    for (Result result :
        List.of(Operator.succeed(3, operator.plan()), Operator.succeed(3, operator.apply()))) {
      assertThat(words(result))
          .contains("Certificate that browsers reject", "is not for safe.test, www.safe.test");
    }
    operator.converge(tree());

    // one that was right when it was deployed
    host.runScript(
        "cp -a %1$s /root/certificate; rm -r %1$s; cp -a %2$s %1$s; nginx -s reload"
            .formatted(CERTIFICATE, CERTIFICATE.replace("safe", "other")));
    assertSaid("Site certificate refused by browsers", "openssl x509 -noout");
    Result result = applyChange(1);
    assertThat(words(result)).contains("Site certificate refused by browsers");
    assertKept();
    host.runScript("rm -r %1$s; mv /root/certificate %1$s; nginx -s reload".formatted(CERTIFICATE));
    Operator.succeed(0, operator.apply());
    awaitWell();
    operator.assertConverged();
  }

  @Thorough
  @Test
  void serverOnOneAddressTakesASiteAwayThere() {
    host.runScript("ip addr add 192.0.2.10/24 dev lo");
    host.write(
        "/etc/nginx/conf.d/other.conf",
        "server { listen 192.0.2.10:80; server_name foo.example; return 200 otherip; }\n",
        "0644");
    host.runScript("systemctl restart nginx");
    assertSaid("Site shadowed by another nginx server at one address", "192.0.2.10:80");
    Result result = applyChange(1);
    assertThat(words(result)).contains("/etc/nginx/conf.d/other.conf:1");
    assertKept();
    host.runScript("rm /etc/nginx/conf.d/other.conf; systemctl restart nginx");
    host.runScript("ip addr del 192.0.2.10/24 dev lo");
    Operator.succeed(0, operator.apply());
    awaitWell();
  }

  /** A front end at "/" that is not up, and the app behind "/api/". */
  @Thorough
  @Test
  void appIsAskedWhereTheSiteLeadsToIt() {
    String front =
        template("listen 80;", "http://127.0.0.1:3000")
            .replace("location / ", "location /api/ { proxy_pass {{upstream}}:/; }\n  location / ");
    DesiredTree split =
        tree().with("templates/shop.conf", front).with("apps/shop.yaml", app("shop"));
    operator.push(split);
    Operator.succeed(0, operator.apply());
    assertThat(host.read("/var/lib/reconcile/state.json")).contains("\"quarantine\" : { }");
    awaitWell();
    operator.converge(tree());
  }
}

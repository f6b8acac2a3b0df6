// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An interpreter, code or a log that its app's user cannot reach is named by the plan; that app
 * stays as it is, and the others converge.
 */
class HindrancesIT {
  private static final DesiredTree GOOD =
      DesiredTree.of("quiet", "shop")
          .with("reconcile.yaml", "version: 1\npackages: [nginx, python3-venv]\n");

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    operator.converge(GOOD);
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  @AfterEach
  void theNextGoodCommitIsTaken() {
    operator.push(GOOD);
    succeed(0, operator.apply("--max-prune", "9"));
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    operator.assertConverged();
  }

  private static String word(DesiredTree tree) {
    return "w" + tree.hashCode();
  }

  /** Plan and apply say the same, shop goes on, and quiet takes its change. */
  private static String held(DesiredTree tree) {
    operator.push(tree.plain("quiet", "env: {GREETING: " + word(tree) + "}\n"));
    Result planned = succeed(3, operator.plan());
    Result applied = succeed(3, operator.apply());

    assertThat(operator.page("quiet")).startsWith(word(tree) + " from");
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    assertThat(applied.stdout() + applied.stderr())
        .doesNotContain("systemctl restart failed", "Standby instance not", "203/EXEC");
    return planned.stdout() + planned.stderr();
  }

  @Test
  void pythonThatTheAppsUserCannotRun() {
    host.runScript(
        """
        install -d -m 700 /opt/closed /root/py
        ln -s /usr/bin/python3 /opt/closed/python3
        ln -s /usr/bin/python3 /root/py/python3
        ln -s /root/py/python3 /usr/local/bin/python3.42
        """);

    String said =
        held(
            GOOD.plain("shop", "venv: {python: /opt/closed/python3}\n")
                .plain("link", "venv: {python: python3.42}\n")
                .plain("path", "venv: {python: /usr/local/bin/python3.42}\n")
                .plain("gone", "venv: {python: python3.99}\n"));

    assertThat(said)
        .contains("apps/shop.yaml line 3", "/opt/closed, which www-data", "chmod o+x /opt/closed")
        .contains("apps/path.yaml line 3", "/root, which " + Layout.of("path").user())
        .contains("apps/gone.yaml line 3", "python3.99 is not on this host");
    host.run("chmod", "o+x", "/opt/closed");
    operator.converge(GOOD.plain("shop", "venv: {python: /opt/closed/python3}\n"));
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
  }

  @Thorough
  @Test
  void pythonBelowAHomeIsNotHiddenFromItsApp() {
    host.runScript(
        """
        useradd --create-home deploy
        chmod 755 /home/deploy
        install -d -o deploy /home/deploy/bin
        ln -s /usr/bin/python3 /home/deploy/bin/python3
        """);

    operator.converge(GOOD.plain("home", "venv: {python: /home/deploy/bin/python3}\n"));

    assertThat(operator.page("home")).isEqualTo(DesiredTree.answer("home"));
    operator.assertConverged();
  }

  @Test
  void aSecretThatTheHostLacksHoldsItsAppAlone() {
    assertHeld("secrets: {A: /etc/keys/missing}", "Missing secret file");
  }

  @Thorough
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "user: nobody-here | No such user",
        "env: {TAKEN: by-hand} | Conflicting resource",
        "group: nobody-here | No such group",
        "secrets: {A: /etc/keys/lines} | Malformed secret",
      })
  void whatElseTheHostLacksForOneApp(String key, String summary) {
    assertHeld(key, summary);
  }

  private static void assertHeld(String key, String summary) {
    host.runScript(
        """
        install -d -m 700 /etc/keys
        printf 'one\\ntwo\\n' >/etc/keys/lines
        echo BY=hand >/etc/gunicorn/new.env
        """);
    if (!key.startsWith("env")) {
      host.run("rm", "/etc/gunicorn/new.env");
    }

    String fresh = "source: {folder: src/plain}\nsite: {server_name: new.test}\n" + key + "\n";
    String said = held(GOOD.plain("shop", key + "\n").withRaw("apps/new.yaml", fresh));

    assertThat(said).contains(summary, "apps/new.yaml");
    host.run("rm", "-f", "/etc/gunicorn/new.env");
  }

  @Test
  void certificateThatIsGoneHoldsItsAppAlone() {
    String site =
        "source: {folder: src/plain}\nsite: {server_name: shop.test,"
            + " tls: {certificate: /etc/gone.pem, key: /etc/own.key}}\n";

    assertThat(held(GOOD.with("apps/shop.yaml", site)))
        .contains("Missing certificate", "/etc/gone.pem");
  }

  @Thorough
  @Test
  void codeThatTheAppsUserCannotReach() {
    host.runScript("install -d -m 700 /srv/closed; install -d /srv/closed/code");

    String said =
        held(
            GOOD.with(
                "apps/shop.yaml",
                "source: {path: /srv/closed/code}\nvenv: {install: none}\nsite: {server_name: shop.test}\n"));

    assertThat(said).contains("apps/shop.yaml line 1", "cannot enter /srv/closed,", "user: …");
  }

  private static String there(String app, String path) {
    Stage.makeQuickPython(host);
    return "source: {path: %s}\nsite: {server_name: %s.test}\nvenv: {install: none, python: %s}\n"
        .formatted(path, app, Stage.QUICK_PYTHON);
  }

  @Test
  void codeThatIsNotThereYet() {
    DesiredTree tree = GOOD.withRaw("apps/later.yaml", there("later", "/srv/later"));

    assertThat(held(tree)).contains("Error: Source not found", "apps/later.yaml line 1");
    assertThat(held(tree)).doesNotContain("quarantine");

    host.write("/srv/later/main.py", GOOD.files().get("src/plain/main.py"), "0644");
    operator.converge(tree);
    assertThat(operator.page("later")).isEqualTo("hello from www-data\n");
  }

  @Thorough
  @Test
  void linkThatIsBentToABrokenRelease() {
    String code = GOOD.files().get("src/plain/main.py");
    host.write("/srv/rel/1/main.py", code + "\nBROKEN = 1 / 0\n", "0644");
    host.write("/srv/rel/2/main.py", code, "0644");
    host.run("ln", "-sfn", "2", "/srv/rel/current");
    operator.converge(GOOD.withRaw("apps/rel.yaml", there("rel", "/srv/rel/current")));

    host.run("ln", "-sfn", "1", "/srv/rel/current");
    assertThat(succeed(3, operator.apply()).stdout()).contains("ZeroDivisionError");
    assertThat(operator.page("rel")).isEqualTo("hello from www-data\n");
    Result again = succeed(3, operator.apply());
    assertThat(again.stdout() + again.stderr())
        .contains("App in quarantine")
        .doesNotContain("ZeroDivisionError");
    Result status = host.exec("reconcile", "status");
    assertThat(status.stdout() + status.stderr()).doesNotContain("was interrupted");

    // another release is another revision
    host.run("ln", "-sfn", "2", "/srv/rel/current");
    succeed(0, operator.apply());
    operator.assertConverged();
  }

  @Thorough
  @ParameterizedTest
  @CsvSource({
    "gunicorn@shop.service, ''",
    "gunicorn@shop.service, --runtime",
    "gunicorn@shop.socket, ''"
  })
  void unitThatSomebodyHasMasked(String unit, String how) {
    host.runScript("systemctl mask " + how + " " + unit);

    DesiredTree changed = GOOD.plain("shop", "env: {GREETING: changed}\n");
    assertThat(held(changed))
        .contains(unit + " is masked", ("unmask " + how + " " + unit).replace("  ", " "));
    // systemd asks for a daemon-reload of a masked unit with drop-ins for ever
    assertThat(succeed(3, operator.apply()).stdout()).doesNotContain("systemd reloaded");

    // what was stopped with it comes back, and its revision is in no quarantine
    host.runScript("systemctl stop gunicorn@shop.socket gunicorn@shop.service");
    succeed(3, operator.apply());
    host.runScript("systemctl unmask " + how + " " + unit);
    operator.converge(changed);
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.answer("shop", "changed"));
  }

  @Test
  void nginxThatSomebodyHasMasked() {
    host.runScript("systemctl mask nginx; systemctl stop nginx");
    operator.push(GOOD.plain("shop", "env: {GREETING: masked}\n"));
    String planned = succeed(1, operator.plan()).stdout();
    String applied = succeed(1, operator.apply()).stdout();
    assertThat(List.of(planned, applied))
        .allSatisfy(text -> assertThat(text).contains("systemctl unmask nginx.service"));
    assertThat(applied).doesNotContain("nginx start failed", "nginx refuses");

    host.runScript("systemctl unmask nginx");
    succeed(0, operator.apply());
    assertThat(operator.page("shop")).isEqualTo("masked from www-data\n");

    // an nginx that somebody stopped is started
    host.runScript("systemctl stop nginx");
    succeed(0, operator.apply());
    assertThat(operator.page("shop")).isEqualTo("masked from www-data\n");
    operator.assertConverged();
  }

  @Thorough
  @Test
  void logThatTheAppsUserCannotWrite() {
    DesiredTree own = GOOD.plain("shop", "gunicorn: {error_log: /var/log/own/error.log}\n");
    assertThat(held(own)).contains("install -d -o www-data -g www-data -m 0750 /var/log/own");

    host.run("install", "-d", "/var/log/own");
    assertThat(held(own)).contains("apps/shop.yaml", "chown www-data /var/log/own");

    // and what the administrator mends is not held back
    host.run("chown", "www-data", "/var/log/own");
    operator.converge(own);
    assertThat(host.read("/var/log/own/error.log")).contains("Listening at");

    host.run("useradd", "--system", "other");
    assertThat(
            held(
                GOOD.plain("shop", "user: other\ngunicorn: {error_log: /var/log/own/error.log}\n")))
        .contains("other, the user of shop, cannot write", "chown other /var/log/own/error.log");
  }

  /** What Capistrano leaves: releases, a link to the one that counts, and logs beside them. */
  private static void deployRelease(String user, int release, String more) {
    String folder = "/srv/%s/releases/%d".formatted(user, release);
    host.runScript(
        """
        id %1$s 2>/dev/null || useradd --system --home /srv/%1$s %1$s
        install -d -o %1$s -g %1$s /srv/%1$s /srv/%1$s/releases %2$s /srv/%1$s/shared/log
        """
            .formatted(user, folder));
    host.write(folder + "/main.py", GOOD.files().get("src/plain/main.py") + more, "0644");
    host.write(folder + "/requirements.txt", "# none\n", "0644");
    host.runScript("chown -Rh %1$s:%1$s /srv/%1$s".formatted(user));
    host.runScript(
        "runuser -u %1$s -- ln -sfn releases/%2$d /srv/%1$s/current".formatted(user, release));
  }

  @Thorough
  @Test
  void linkToTheReleaseBelongsToTheUserWhoDeploys() {
    deployRelease("capper", 1, "");
    String yaml = there("cap", "/srv/capper/current") + "user: capper\n";
    DesiredTree tree = GOOD.withRaw("apps/cap.yaml", yaml);
    operator.push(tree);
    succeed(0, operator.plan());
    succeed(0, operator.apply());
    assertThat(operator.page("cap")).isEqualTo("hello from capper\n");
    operator.assertConverged();
    assertSaysNothingOf("symbolic link");

    // the user deploys anew
    deployRelease("capper", 2, "\nos.environ['GREETING'] = 'second'\n");
    succeed(0, operator.apply());
    assertThat(operator.page("cap")).isEqualTo("second from capper\n");
    operator.assertConverged();
    deployRelease("capper", 3, "\nos.environ['GREETING'] = 'third'\n");
    succeed(0, operator.apply("--only", "cap"));
    assertThat(operator.page("cap")).isEqualTo("third from capper\n");

    // a release that does not start is seen before it serves
    deployRelease("capper", 4, "\nBROKEN = 1 / 0\n");
    assertThat(succeed(3, operator.apply()).stdout()).contains("ZeroDivisionError");
    assertThat(operator.page("cap")).isEqualTo("third from capper\n");
    host.runScript("runuser -u capper -- ln -sfn releases/2 /srv/capper/current");
    succeed(0, operator.apply());
    assertThat(operator.page("cap")).isEqualTo("second from capper\n");
    assertSaysNothingOf("symbolic link");
  }

  @Thorough
  @Test
  void linkOfTheDeployUserInTheMiddleOfThePath() {
    deployRelease("midder", 1, "");
    DesiredTree tree =
        GOOD.withRaw(
                "apps/mid.yaml",
                there("mid", "/srv/midder/current/app")
                        .replace(
                            ".test}", ".test, static: {/files/: /srv/midder/current/app/files}}")
                    + """
                    user: midder
                    gunicorn: {error_log: /srv/midder/current/log/error.log}
                    """)
            .withRaw(
                "apps/tree.yaml",
                """
                source: {path: /srv/midder/current/app}
                user: midder
                site: false
                venv: {requirements: tree.txt}
                """);
    moveIntoApp("midder", 1);
    operator.push(tree);
    succeed(0, operator.plan());
    succeed(0, operator.apply());
    assertThat(operator.page("mid")).isEqualTo("hello from midder\n");
    assertThat(host.run("curl", "-sSf", "-HHost: mid.test", "http://127.0.0.1/files/release"))
        .isEqualTo("1\n");
    assertThat(host.read("/srv/midder/releases/1/log/error.log")).contains("Listening at");
    operator.assertConverged();
    assertSaysNothingOf("symbolic link");

    deployRelease("midder", 2, "\nos.environ['GREETING'] = 'second'\n");
    moveIntoApp("midder", 2);
    assertThat(succeed(0, operator.plan()).stdout())
        .contains("restart gunicorn@mid.service", "restart gunicorn@tree.service");
    succeed(0, operator.apply());
    assertThat(operator.page("mid")).isEqualTo("second from midder\n");
    operator.assertConverged();

    // a release that does not start is tried once, before it serves
    deployRelease("midder", 3, "\nBROKEN = 1 / 0\n");
    moveIntoApp("midder", 3);
    assertThat(succeed(3, operator.apply()).stdout()).contains("ZeroDivisionError");
    assertThat(operator.page("mid")).isEqualTo("second from midder\n");
    Result again = succeed(3, operator.apply());
    assertThat(again.stdout() + again.stderr())
        .contains("App in quarantine")
        .doesNotContain("ZeroDivisionError");
    host.runScript("runuser -u midder -- ln -sfn releases/2 /srv/midder/current");
    succeed(0, operator.apply());

    // a link that was planted shows no more than its owner may read
    host.write("/root/app/requirements.txt", "topsecret==1\n", "0600");
    host.runScript("chmod 755 /root; runuser -u midder -- ln -sfn /root /srv/midder/current");
    Result planted = succeed(3, operator.apply());
    assertThat(planted.stdout() + planted.stderr())
        .contains("Error: ", "midder")
        .doesNotContain("topsecret");
    assertThat(operator.page("mid")).isEqualTo("second from midder\n");
    host.runScript("chmod 700 /root; runuser -u midder -- ln -sfn releases/2 /srv/midder/current");
    succeed(0, operator.apply());
    operator.assertConverged();
  }

  /** Moves the code of a release into a folder of it, beside one for logs. */
  private static void moveIntoApp(String user, int release) {
    host.runScript(
        """
        cd /srv/%1$s/releases/%2$d
        install -d -o %1$s -g %1$s app app/files log
        echo %2$d >app/files/release
        mv main.py requirements.txt app/
        printf -- '-e file:///srv/%1$s/current/app\n' >app/tree.txt
        printf 'from setuptools import setup\nsetup(name="mid", version="1", py_modules=["main"])\n' >app/setup.py
        printf 'workers = 1\n' >app/gunicorn.conf.py
        chown %1$s: app/tree.txt app/setup.py app/gunicorn.conf.py
        """
            .formatted(user, release));
  }

  private static void assertSaysNothingOf(String words) {
    for (String command : List.of("status", "doctor")) {
      Result said = host.exec("reconcile", command, "--repo", operator.repo());
      assertThat(said.stdout() + said.stderr()).doesNotContain(words);
    }
  }

  @Thorough
  @Test
  void logBehindALinkOfItsUser() {
    deployRelease("logger", 1, "");
    host.runScript("runuser -u logger -- ln -sfn shared/log /srv/logger/log");
    String yaml =
        there("logs", "/srv/logger/current")
            + """
            user: logger
            gunicorn: {error_log: /srv/logger/log/error.log, access_log: /srv/logger/log/access.log}
            """;
    DesiredTree tree = GOOD.withRaw("apps/logs.yaml", yaml);
    operator.push(tree);
    succeed(0, operator.plan());
    succeed(0, operator.apply());

    assertThat(operator.page("logs")).isEqualTo("hello from logger\n");
    assertThat(host.read("/srv/logger/shared/log/error.log")).contains("Listening at");
    assertThat(host.read("/srv/logger/shared/log/access.log")).contains("GET / ");
    operator.assertConverged();
    assertSaysNothingOf("symbolic link");
  }

  @Thorough
  @Test
  void certificateBehindALinkOfAUserHoldsItsAppAlone() {
    host.makeCertificate("shop.test");
    host.runScript(
        """
        id acme 2>/dev/null || useradd --system acme
        install -d -o acme /srv/acme
        cp -rL /etc/letsencrypt/live/shop.test /srv/acme/real
        chown -R acme: /srv/acme
        runuser -u acme -- ln -sfn real /srv/acme/live
        """);
    String site =
        "source: {folder: src/plain}\nsite: {server_name: shop.test,"
            + " tls: {certificate: /srv/acme/%1$s/fullchain.pem, key: /srv/acme/%1$s/privkey.pem}}\n";

    assertThat(held(GOOD.with("apps/shop.yaml", site.formatted("live"))).replaceAll("\\s+", " "))
        .contains("apps/shop.yaml", "the symbolic link /srv/acme/live", "it belongs to user")
        .containsOnlyOnce("the symbolic link /srv/acme/live");

    // what root would write or read there is refused, too
    for (String key :
        List.of(
            "venv: {directory: /srv/acme/live/venv}", "secrets: {SECRET: /srv/acme/live/word}")) {
      assertThat(held(GOOD.plain("shop", key + "\n")).replaceAll("\\s+", " "))
          .contains("apps/shop.yaml line 3", "the symbolic link /srv/acme/live");
    }

    host.runScript("chown -h root: /srv/acme/live");
    operator.converge(GOOD.with("apps/shop.yaml", site.formatted("live")));
    operator.assertConverged();
  }

  @Thorough
  @Test
  void logOfTwoUsers() {
    host.runScript(
        """
        id another 2>/dev/null || useradd --system another
        install -d -m 0777 /var/log/both
        """);
    String logs = "gunicorn: {error_log: /var/log/both/error.log}\n";
    DesiredTree two =
        GOOD.plain("shop", "user: another\n" + logs).plain("one", "user: www-data\n" + logs);
    assertThat(held(two).replaceAll("\\s+", " "))
        .contains("Error: Log of two users", "apps/shop.yaml line 4")
        .contains("also the log of one (apps/one.yaml line 4), which runs as www-data");
    assertThat(operator.page("one")).isEqualTo("hello from www-data\n");
    assertThat(held(two)).contains("Error: Log of two users");

    // both may write it
    host.run("chmod", "0666", "/var/log/both/error.log");
    operator.converge(two);
    assertThat(operator.page("shop")).isEqualTo("hello from another\n");
    assertThat(host.read("/var/log/both/error.log"))
        .contains("/run/one_gunicorn.sock", "/run/shop_gunicorn.sock");
  }

  @Thorough
  @Test
  void logInTheDirectoryOfANewAppThatIsHeld() {
    String log = "gunicorn: {error_log: /var/log/gunicorn/%s/other.log}\n";
    DesiredTree two =
        GOOD.plain("first", "user: www-data\ngroup: nosuch\n")
            .plain("second", "user: www-data\n" + log.formatted("first"))
            .plain("third", "user: www-data\n" + log.formatted("second"));
    operator.push(two);
    String said = succeed(3, operator.plan()).stdout().replaceAll("\\s+", " ");
    assertThat(said)
        .contains("/var/log/gunicorn/first/other.log is in the log directory of first")
        .contains("does not make first (No such group). second stays as it is")
        .contains("third stays as it is");
    assertThat(succeed(3, operator.apply()).stdout()).doesNotContain("rolled back");
    assertThat(host.exec("reconcile", "status").stdout().replaceAll("\\s+", " "))
        .contains("second stays as it is");
    assertThat(operator.plan("--only", "second").stdout()).contains("second stays as it is");

    operator.converge(two.plain("first", "user: www-data\n"));
    assertThat(operator.page("third")).isEqualTo("hello from www-data\n");
    operator.assertConverged();
  }

  @Thorough
  @Test
  void numbersOfAccounts() {
    host.runScript("id -u counted || useradd --system --uid 871 --no-create-home counted");
    String raw = "source: {folder: src/plain}\nsite: {server_name: %s.test}\n";
    DesiredTree tree =
        GOOD.withRaw("apps/known.yaml", raw.formatted("known") + "user: 871\n")
            .withRaw("apps/none.yaml", raw.formatted("none") + "user: \"872\"\ngroup: 871\n");
    assertThat(held(tree)).contains("Error: No such user", "apps/none.yaml line 3", "--uid 872");
    assertThat(operator.page("known")).isEqualTo("hello from counted\n");

    operator.converge(tree.without("apps/none.yaml"));
    operator.assertConverged();

    String nobody = raw.formatted("shop") + "user: nobody\n";
    assertThat(held(GOOD.withRaw("apps/shop.yaml", nobody)).replaceAll("\\s+", " "))
        .contains("The group of the user nobody is nogroup");
    operator.converge(GOOD.withRaw("apps/shop.yaml", nobody + "group: nogroup\n"));
    assertThat(operator.page("shop")).isEqualTo("hello from nobody\n");
  }

  @Thorough
  @Test
  void logsFolderThatADropInMakes() {
    String dropIn =
        """
        files:
          /etc/systemd/system/gunicorn@made.service.d/50.conf:
            content: |
              [Service]
              LogsDirectory=made
        """;
    DesiredTree tree =
        GOOD.with("reconcile.yaml", GOOD.files().get("reconcile.yaml") + dropIn)
            .plain("made", "gunicorn: {error_log: /var/log/made/error.log}\n");
    operator.push(tree);
    succeed(0, operator.plan());
    succeed(0, operator.apply());

    assertThat(operator.page("made")).isEqualTo(DesiredTree.answer("made"));
    assertThat(host.read("/var/log/made/error.log")).contains("Listening at");
    operator.assertConverged();
  }

  @Thorough
  @Test
  void whatAnAppNeedsComesWithItInOneApply() {
    host.makeCertificate("fresh.test");
    String live = "/etc/letsencrypt/live/fresh.test";
    String files =
        """
        files:
          /etc/fresh.secret: {content: "very secret\\n", mode: "0600"}
          /etc/ssl/fresh.pem: {source: tls/fresh.pem}
          /etc/ssl/fresh.key: {source: tls/fresh.key, mode: "0600"}
        """;
    DesiredTree tree =
        GOOD.with("reconcile.yaml", GOOD.files().get("reconcile.yaml") + files)
            .with("tls/fresh.pem", host.read(live + "/fullchain.pem"))
            .with("tls/fresh.key", host.read(live + "/privkey.pem"))
            .with(
                "apps/fresh.yaml",
                """
                source: {folder: src/plain}
                secrets: {SECRET: /etc/fresh.secret}
                site:
                  server_name: fresh.test
                  tls: {certificate: /etc/ssl/fresh.pem, key: /etc/ssl/fresh.key}
                """);
    host.run("rm", "-r", live);
    operator.push(tree);
    succeed(0, operator.plan());
    succeed(0, operator.apply());

    assertThat(
            host.run(
                "curl",
                "-sSfk",
                "--resolve",
                "fresh.test:443:127.0.0.1",
                "https://fresh.test/secret"))
        .isEqualTo(host.run("sh", "-ec", "printf 'very secret' | sha256sum | head -c 64; echo"));
    operator.assertConverged();
  }
}

package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

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
        .doesNotContain("systemctl restart failed", "Second instance not", "203/EXEC");
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "user: nobody-here | No such user",
        "group: nobody-here | No such group",
        "secrets: {A: /etc/keys/missing} | Missing secret file",
        "secrets: {A: /etc/keys/lines} | Malformed secret",
        "env: {TAKEN: by-hand} | Conflicting resource"
      })
  void whatTheHostLacksForOneApp(String key, String summary) {
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

  @Test
  void codeThatTheAppsUserCannotReach() {
    host.runScript("install -d -m 700 /srv/closed; install -d /srv/closed/code");

    String said =
        held(
            GOOD.with(
                "apps/shop.yaml",
                "source: {path: /srv/closed/code}\nsite: {server_name: shop.test}\n"));

    assertThat(said).contains("apps/shop.yaml line 1", "cannot enter /srv/closed,", "user: …");
  }

  private static String there(String app, String path) {
    Stage.makeQuickPython(host);
    return "source: {path: %s}\nsite: {server_name: %s.test}\nvenv: {python: %s}\n"
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

    // what was stopped with it comes back, and its revision is in no quarantine
    host.runScript("systemctl stop gunicorn@shop.socket gunicorn@shop.service");
    succeed(3, operator.apply());
    host.runScript("systemctl unmask " + how + " " + unit);
    operator.converge(changed);
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.answer("shop", "changed"));
  }

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
}

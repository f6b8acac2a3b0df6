// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever differs from the desired state is seen by plan, and mended by apply alone. */
class DriftIT {

  private static final String SECRET_FILE = "/etc/reconcile/secrets/shop/SECRET";
  private static final String FIRST_SECRET = "first-secret-7f31";

  /** What can happen to the app shop: what is done to the host, and what the plan then names. */
  enum Drift {
    UNIT_TEMPLATE(
        "echo '# edited' >>/etc/systemd/system/gunicorn@.service",
        "update file /etc/systemd/system/gunicorn@.service"),
    SITE(
        "echo '# edited' >>/etc/nginx/sites-available/shop",
        "update file /etc/nginx/sites-available/shop"),
    SITE_OF_THE_SAME_SIZE_AND_TIME(
        """
        site=/etc/nginx/sites-available/shop
        touch --reference=$site /tmp/time
        size=$(stat --format=%s $site)
        python3 -c "f = open('$site', 'r+b'); f.write(b'!')"
        touch --reference=/tmp/time $site
        test "$size" = "$(stat --format=%s $site)"
        """,
        "update file /etc/nginx/sites-available/shop"),
    SITE_LINK("rm /etc/nginx/sites-enabled/shop", "create link /etc/nginx/sites-enabled/shop"),
    SITE_LINK_ELSEWHERE(
        "ln -sfn /etc/nginx/sites-available/quiet /etc/nginx/sites-enabled/shop",
        "update link /etc/nginx/sites-enabled/shop"),
    WANTS_LINK(
        "systemctl disable gunicorn@shop.service",
        "create link /etc/systemd/system/gunicorn.target.wants/gunicorn@shop.service"),
    DROP_IN(
        "echo 'Nice=5' >>/etc/systemd/system/gunicorn@shop.service.d/reconcile.conf",
        "update file /etc/systemd/system/gunicorn@shop.service.d/reconcile.conf"),
    STOPPED("systemctl stop gunicorn@shop.service", "update unit gunicorn@shop.service"),
    STOPPED_SOCKET(
        "systemctl stop gunicorn@shop.socket gunicorn@shop.service",
        "update socket gunicorn@shop.socket"),
    FAILED(
        """
        for _ in $(seq 300); do
          ! systemctl is-failed --quiet gunicorn@shop.service || exit 0
          systemctl kill --signal=KILL gunicorn@shop.service || true
          sleep 0.1
        done
        exit 1
        """,
        "update unit gunicorn@shop.service"),
    STALE_SOCKET(
        """
        rm /run/shop_gunicorn.sock
        python3 -c 'import socket as s; s.socket(s.AF_UNIX).bind("/run/shop_gunicorn.sock")'
        chown www-data:www-data /run/shop_gunicorn.sock
        chmod 660 /run/shop_gunicorn.sock
        """,
        "update socket gunicorn@shop.socket"),
    SOCKET_GONE("rm /run/shop_gunicorn.sock", "update socket gunicorn@shop.socket"),
    SOCKET_MODE("chmod 666 /run/shop_gunicorn.sock", "update socket gunicorn@shop.socket"),
    SOCKET_OWNER("chown root /run/shop_gunicorn.sock", "update socket gunicorn@shop.socket"),
    SETTINGS("sed -i s/hello/bye/ /etc/gunicorn/shop.env", "update file /etc/gunicorn/shop.env"),
    MODE("chmod 644 /etc/gunicorn/shop.env", "update file /etc/gunicorn/shop.env"),
    OWNER("chown www-data /etc/gunicorn/shop.env", "update file /etc/gunicorn/shop.env"),
    SECRETS_READABLE(
        "chmod 644 /etc/gunicorn/shop.secrets.env", "update file /etc/gunicorn/shop.secrets.env"),
    LOG_FOLDER("chown root /var/log/gunicorn/shop", "update directory /var/log/gunicorn/shop"),
    CHECKOUT("rm /usr/share/nginx/shop", "create checkout /usr/share/nginx/shop"),
    CODE("rm -r /var/lib/reconcile/checkouts/shop", "update checkout /usr/share/nginx/shop"),
    VENV("rm /opt/py_envs/store", "create venv /opt/py_envs/store"),
    VENV_TREE("rm -r /var/lib/reconcile/venvs/shop", "update venv /opt/py_envs/store"),
    NGINX("systemctl stop nginx.service", "update unit nginx.service"),
    LOG_FORMATS(
        "echo '# edited' >>/etc/nginx/conf.d/reconcile-log-formats.conf",
        "update file /etc/nginx/conf.d/reconcile-log-formats.conf"),
    TARGET_NOT_WANTED(
        "systemctl disable gunicorn.target",
        "create link /etc/systemd/system/multi-user.target.wants/gunicorn.target");

    private final String damage;
    private final String seen;

    Drift(String damage, String seen) {
      this.damage = damage;
      this.seen = seen;
    }

    /** Whether every app stands on what was damaged. */
    boolean concernsAll() {
      return this == UNIT_TEMPLATE;
    }
  }

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void converge() {
    operator = Operator.boot();
    host = operator.host();
    host.write(SECRET_FILE, FIRST_SECRET + "\n", "0600");
    DesiredTree tree =
        DesiredTree.of("quiet")
            .with(
                "reconcile.yaml",
                "version: 1\nnginx: {log_formats: {short: '$remote_addr $status'}}\n")
            .plain(
                "shop",
                """
                venv: {directory: /opt/py_envs/store}
                env: {GREETING: hello}
                secrets: {SECRET: %s}
                """
                    .formatted(SECRET_FILE));
    operator.converge(tree);
    operator.assertConverged();
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  // The record of what was seen must not hide what comes after it. It is written by a run that
  // finds everything as it has been for more than a second.
  private static void assertKnowsThatNothingIsToDo() {
    host.runScript("sleep 1.2");
    succeed(0, operator.apply("--detailed-exitcode"));
    Result known = succeed(0, operator.apply("--detailed-exitcode", "--verbose"));
    assertThat(known.stderr()).doesNotContain("looking in full");
    host.runScript("test -s /var/lib/reconcile/unchanged");
  }

  @Test
  void aDropInThatSomebodyAddsIsReadBySystemd() {
    assertKnowsThatNothingIsToDo();
    host.runScript(
        """
        printf '[Service]\nNice=5\n' >/etc/systemd/system/gunicorn@shop.service.d/own.conf
        """);
    assertThat(succeed(2, operator.plan("--detailed-exitcode")).stdout()).contains("daemon-reload");
    succeed(2, operator.apply("--detailed-exitcode"));
    assertKnowsThatNothingIsToDo();
    host.runScript("echo Nice=6 >>/etc/systemd/system/gunicorn@shop.service.d/own.conf");
    succeed(2, operator.apply("--detailed-exitcode"));
    host.runScript("rm /etc/systemd/system/gunicorn@shop.service.d/own.conf");
    succeed(2, operator.apply("--detailed-exitcode"));
  }

  static List<Drift> rows() {
    return Sampled.of(List.of(Drift.values()));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void driftIsSeenAndMended(Drift drift) {
    Map<String, List<Integer>> quiet = operator.workers(List.of("quiet"));
    assertKnowsThatNothingIsToDo();
    host.runScript(drift.damage);

    Result plan = succeed(2, operator.plan("--detailed-exitcode"));
    assertThat(plan.stdout().lines()).anyMatch(line -> line.startsWith(drift.seen));
    succeed(2, operator.apply("--detailed-exitcode"));

    assertAllIsWell();
    if (!drift.concernsAll()) {
      assertThat(operator.workers(List.of("quiet"))).isEqualTo(quiet);
    }
  }

  @Test
  void editedSecretIsTakenUpAndToldToNobody() {
    Map<String, List<Integer>> quiet = operator.workers(List.of("quiet"));
    List<Integer> before = host.workers("shop");
    String secret = "second-secret-c4d9";
    host.write(SECRET_FILE, secret, "0600");

    Result plan = succeed(2, operator.plan("--detailed-exitcode", "-v"));
    Result json = succeed(2, operator.plan("--detailed-exitcode", "--json"));
    Result apply = succeed(2, operator.apply("--detailed-exitcode", "-v"));

    assertThat(plan.stdout()).contains("file /etc/gunicorn/shop.secrets.env");
    for (Result said : List.of(plan, json, apply)) {
      assertThat(said.stdout() + said.stderr()).doesNotContain(secret, FIRST_SECRET);
    }
    assertThat(operator.page("shop", "/secret").strip())
        .isEqualTo(host.runScript("printf %s " + secret + " | sha256sum | cut -d' ' -f1").strip());
    assertThat(host.workers("shop")).isNotEmpty().doesNotContainAnyElementsOf(before);
    assertThat(operator.workers(List.of("quiet"))).isEqualTo(quiet);
    assertNobodyElseCanRead(secret);
    assertNobodyElseCanRead(FIRST_SECRET);
    assertAllIsWell();
  }

  private static void assertNobodyElseCanRead(String secret) {
    String holders =
        host.sh("grep -rlsF -e " + secret + " /var/lib/reconcile /etc /run /tmp /var/log").stdout();
    assertThat(holders).doesNotContain("last-run.json", "state.json");
    for (String file : holders.lines().toList()) {
      assertThat(host.exec("runuser", "-u", "www-data", "--", "cat", file).exitCode())
          .describedAs("may www-data read " + file)
          .isNotZero();
    }
  }

  private static void assertAllIsWell() {
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    assertThat(operator.page("quiet")).isEqualTo(DesiredTree.answer("quiet"));
    assertThat(host.run("systemctl", "list-units", "--failed", "--no-legend")).isEmpty();
    operator.assertConverged();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Nothing may do more than its job: the apps in their units, and reconcile itself in its service,
 * which makes a fresh server from nothing.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LeastPrivilegeIT {

  private static final List<String> APPS = List.of("flask_labstoo", "hello");

  /** What an instance of the shipped template has; at most 4.0 is promised. */
  private static final double EXPOSURE_OF_AN_APP = 1.6;

  /** An administrator's work needs more; the service says of each thing why. */
  private static final double EXPOSURE_OF_RECONCILE = 5.1;

  private static final Pattern EXPOSURE =
      Pattern.compile("Overall exposure level for .*: ([0-9.]+)");

  private static TestHost host;
  private static Timer timer;

  @BeforeAll
  static void boot() {
    Operator operator = Operator.boot();
    host = operator.host();
    DesiredTree sample = DesiredTree.sample();
    String packages = "packages: [nginx, python3-venv";
    String main = sample.files().get("reconcile.yaml");
    assertThat(main).contains(packages);
    operator.push(
        sample.with("reconcile.yaml", main.replace(packages, packages + ", tree, hello")));
    host.git().allowRoot();
    host.makeCertificate("labstoo.com");
    host.write("/etc/reconcile/secrets/flask_labstoo/SECRET_KEY", "hush\n", "0600");
    timer = Timer.install(host, host.git().sshUrl(Operator.REPOSITORY), "");
  }

  @AfterAll
  static void close() {
    host.close();
  }

  @Test
  @Order(1)
  void serviceMakesTheWholeServer() {
    assertThat(host.exec("tree", "--version").ok()).isFalse();

    assertThat(timer.elapse()).contains(" changed, 0 failed, 0 skipped");
    assertThat(host.run("tree", "--version")).startsWith("tree v");
    assertThat(host.run("hello")).contains("Hello");
    assertThat(host.run("systemctl", "list-units", "--failed", "--no-legend")).isEmpty();
    for (String app : APPS) {
      assertThat(host.workers(app)).hasSize(2);
    }
  }

  @Test
  @Order(2)
  void secondStartDoesNothing() {
    List<Integer> workers = host.workers("hello");

    assertThat(timer.elapse()).contains("No changes").doesNotContain(" changed, 0 failed");
    assertThat(host.workers("hello")).isEqualTo(workers);
  }

  @Test
  @Order(2)
  void serviceMayDoItsWorkAndNoMore() {
    assertThat(exposure(Timer.SERVICE)).isLessThanOrEqualTo(EXPOSURE_OF_RECONCILE);
    Result may =
        timer.inItsPlace(
            """
            # the sites are tried under nginx's own path, and nobody else sees it
            unshare -m sh -ec '
              cp -r /etc/nginx /tmp/staged
              mount --bind /tmp/staged /etc/nginx
              mount -t tmpfs none /var/log/nginx
              nginx -t'
            # who listens, whoever it is
            readlink /proc/$(systemctl show --property=MainPID --value gunicorn@hello)/fd/0
            # code is tried as its user
            runuser -u www-data -- id -un
            setpriv --reuid=www-data --regid=www-data --init-groups id -un
            # modes and owners of all sorts
            install -m 4755 -o www-data /bin/true /usr/local/bin/of-another
            rm /usr/local/bin/of-another
            """);
    assertThat(may.exitCode()).describedAs("" + may).isZero();
    for (String forbidden :
        List.of(
            "mknod $(mktemp -d)/disk b 7 0",
            "unshare --net true",
            "unshare --user true",
            "ip link set lo up",
            "chroot / true",
            "hostname web1",
            "setarch i686 true")) {
      assertThat(host.sh(forbidden).exitCode())
          .describedAs("root may, or this shows nothing: " + forbidden)
          .isZero();
      // the service takes some exit codes for a success
      Result result = timer.inItsPlace(forbidden + " || exit 1\n");
      assertThat(result.exitCode()).describedAs(forbidden + ": " + result).isNotZero();
    }
  }

  @Test
  @Order(2)
  void appsAreExposedLittleAndAnswer() {
    for (String app : APPS) {
      assertThat(exposure("gunicorn@" + app + ".service"))
          .describedAs(app)
          .isLessThanOrEqualTo(EXPOSURE_OF_AN_APP);
      for (int worker : host.workers(app)) {
        String status = host.read("/proc/" + worker + "/status");
        assertThat(status)
            .containsPattern("NoNewPrivs:\\s+1\\n")
            .containsPattern("CapEff:\\s+0+\\n")
            .containsPattern("CapBnd:\\s+0+\\n")
            .containsPattern("Seccomp:\\s+2\\n");
      }
    }
    assertThat(page("https://labstoo.com/", "labstoo.com:443")).contains("Hello, World!");
    assertThat(page("http://hello.example/", "hello.example:80")).contains("Hello from reconcile!");
  }

  @Test
  @Order(3)
  void timerIsDueWithinItsTime() {
    host.run("systemd-analyze", "verify", Timer.SERVICE, Timer.TIMER);
    host.run("systemctl", "enable", "--now", Timer.TIMER);
    String seconds =
        host.runScript(
            """
            next=$(systemctl show --property=NextElapseUSecRealtime --value reconcile.timer)
            echo $(($(date -d "$next" +%s) - $(date +%s)))
            """);
    assertThat(Integer.parseInt(seconds.strip())).isBetween(-1, 17 * 60);
    host.run("systemctl", "disable", "--now", Timer.TIMER);
  }

  private static double exposure(String unit) {
    // by what the unit's files say; rounded to a tenth, as people are shown it
    String report = host.exec("systemd-analyze", "security", "--offline=true", unit).stdout();
    Matcher exposure = EXPOSURE.matcher(report);
    assertThat(exposure.find()).describedAs(report).isTrue();
    return Double.parseDouble(exposure.group(1));
  }

  private static String page(String url, String name) {
    return host.run(
        "curl",
        "-sSf",
        "--max-time",
        "20",
        "--cacert",
        "/etc/letsencrypt/live/labstoo.com/fullchain.pem",
        "--resolve",
        name + ":127.0.0.1",
        url);
  }
}

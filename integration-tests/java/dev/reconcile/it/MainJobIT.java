// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.differences;
import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The main job, told as a story: a fresh server and the sample desired state in a repository behind
 * ssh become a server whose apps answer, and stay so.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MainJobIT {

  private static final List<String> APPS = List.of("flask_labstoo", "guestbook", "hello");
  private static final String SECRET = "not-for-your-eyes-5501";

  /** Every place that holds something the tool makes, or could. */
  private static final String[] PLACES = {
    "/etc", "/run", "/opt", "/usr", "/root", "/tmp", "/var", "/home", "/srv", "/mnt", "/media"
  };

  /**
   * The report and the lock; folders that had something in them for a while; what sshd writes when
   * somebody logs in.
   */
  private static final Set<String> MAY_CHANGE =
      Set.of(
          "/var/lib/reconcile/last-run.json",
          "/var/lib/reconcile/unchanged",
          "/var/lib/reconcile",
          "/run/reconcile.lock",
          "/run/motd.dynamic",
          "/run",
          "/tmp");

  private static final String PLAN_AND_HANDLERS =
      """
      import json, sys
      run = json.load(sys.stdin)
      print(json.dumps([run["plan"], run["handlers"]], indent=1))
      """;

  private static final String UNDONE =
      """
      import json, sys
      run = json.load(sys.stdin)
      named = [f"{c['kind']} {c['name']}" for c in run["plan"]] + [h["id"] for h in run["handlers"]]
      did = {o["subject"]: o["outcome"] for o in run["outcomes"]}
      print([n for n in named if did.pop(n, "") != "done"] + sorted(did))
      """;

  private static Operator operator;
  private static TestHost host;
  private static String planned;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    operator = operator.from(host.git().sshUrl(Operator.REPOSITORY));
    operator.push(DesiredTree.sample());
    host.git().allowRoot();
    host.makeCertificate("labstoo.com");
    host.write("/etc/reconcile/secrets/flask_labstoo/SECRET_KEY", SECRET + "\n", "0600");
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  @Test
  @Order(1)
  void planChangesNothingAnywhere() {
    List<String> before = managed();

    succeed(0, operator.plan());
    Result plan = succeed(2, operator.plan("--detailed-exitcode", "--json"));

    assertThat(differences(before, managed())).isEmpty();
    planned = python(PLAN_AND_HANDLERS, plan.stdout());
    assertThat(plan.stdout() + plan.stderr()).doesNotContain(SECRET);
  }

  @Test
  @Order(2)
  void applyDoesWhatPlanShowed() {
    Result apply = succeed(2, operator.apply("--detailed-exitcode", "--json"));

    assertThat(python(PLAN_AND_HANDLERS, apply.stdout())).isEqualTo(planned);
    assertThat(python(UNDONE, apply.stdout())).isEqualTo("[]\n");
    assertThat(apply.stdout() + apply.stderr()).doesNotContain(SECRET);
  }

  @Test
  @Order(3)
  void pagesAreServed() {
    assertPagesAreServed();
  }

  private static void assertPagesAreServed() {
    assertThat(curl("--cacert", certificate(), "https://labstoo.com/"))
        .contains("Hello, World!")
        .contains("200");
    assertThat(curl("http://hello.example/")).contains("Hello from reconcile!").contains("200");
    assertThat(curl("http://guestbook.example/")).endsWith("200");
    assertThat(
            curl("--include", "--cacert", certificate(), "https://labstoo.com/")
                .toLowerCase(Locale.ROOT))
        .contains("x-frame-options: deny");
  }

  @Test
  @Order(3)
  void httpIsRedirected() {
    assertThat(curl("-w", "%{http_code} %{redirect_url}", "http://labstoo.com/a/b?c=d"))
        .endsWith("302 https://labstoo.co/a/b?c=d");
  }

  @Test
  @Order(3)
  void otherMethodsGetNoAnswer() {
    for (String method : List.of("OPTIONS", "PROPFIND", "SHOP")) {
      Result result =
          host.exec(
              "curl",
              "-sS",
              "--http1.1",
              "-X",
              method,
              "--cacert",
              certificate(),
              "--resolve",
              "labstoo.com:443:127.0.0.1",
              "https://labstoo.com/");
      // 52: the server closed the connection without an answer
      assertThat(result.exitCode()).describedAs(method + " " + result).isEqualTo(52);
      assertThat(result.stdout()).isEmpty();
    }
    // nginx itself refuses TRACE, whatever a site says
    assertThat(curl("-X", "TRACE", "--cacert", certificate(), "https://labstoo.com/"))
        .contains("nginx")
        .endsWith("405");
    assertThat(curl("-X", "DELETE", "--cacert", certificate(), "https://labstoo.com/"))
        .endsWith("405");
  }

  @Test
  @Order(3)
  void staticFilesComeFromNginx() {
    assertThat(curl("--cacert", certificate(), "https://labstoo.com/static/labstoo.css"))
        .contains("margin: 2em")
        .endsWith("200");
    assertThat(curl("http://hello.example/static/style.css")).contains("sans-serif");
  }

  @Test
  @Order(3)
  void entriesOfTheGuestBookAreKept() {
    assertThat(curl("-d", "name=Ada", "http://guestbook.example/sign")).contains("thank you");
    assertThat(curl("http://guestbook.example/")).contains("Ada");
  }

  @Test
  @Order(4)
  void logsAreWritten() {
    curl("-d", "name=ada", "--cacert", certificate(), "https://labstoo.com/posted");
    assertThat(host.read("/var/log/nginx/flask_labstoo_request.log"))
        .contains("127.0.0.1 [")
        .contains("\"POST /posted HTTP/2.0\" 404 \"name=ada\"");
    assertThat(host.read("/var/log/nginx/flask_labstoo_access.log")).contains("POST /posted");
    assertThat(host.run("ls", "/var/log/nginx")).contains("flask_labstoo_error.log");
    for (String app : APPS) {
      assertThat(host.read("/var/log/gunicorn/" + app + "/access.log")).contains("GET / HTTP");
      assertThat(host.read("/var/log/gunicorn/" + app + "/error.log")).contains("Booting worker");
    }
  }

  @Test
  @Order(4)
  void workersRunAsTheirUserAndHardened() {
    Layout hello = Layout.of("hello");
    Map<String, String> users =
        Map.of(
            "flask_labstoo",
            "www-data +www-data",
            "guestbook",
            "www-data +www-data",
            "hello",
            hello.user() + " +" + hello.group());
    for (Map.Entry<String, List<Integer>> app : operator.workers(APPS).entrySet()) {
      assertThat(app.getValue()).hasSize(2);
      for (int pid : app.getValue()) {
        assertThat(host.run("ps", "-o", "user=,group=", "-p", "" + pid).strip())
            .matches(users.get(app.getKey()));
      }
      String unit = "gunicorn@" + app.getKey() + ".service";
      // exits with 1 above the threshold, which counts in tenths
      host.run("systemd-analyze", "security", "--offline=true", "--threshold=40", unit);
    }
  }

  @Test
  @Order(4)
  void whatTheSampleWantsBesidesAppsIsThere() {
    assertThat(host.run("systemctl", "is-enabled", "clean-uploads.timer")).contains("enabled");
    assertThat(host.run("systemctl", "is-active", "clean-uploads.timer")).contains("active");
    assertThat(host.read("/etc/sysctl.d/60-backlog.conf")).contains("somaxconn");
    assertThat(host.run("stat", "-c", "%a %U", "/etc/gunicorn/flask_labstoo.secrets.env"))
        .isEqualTo("600 root\n");
    assertThat(host.run("systemctl", "list-units", "--failed", "--no-legend")).isEmpty();
  }

  @Test
  @Order(5)
  void secondApplyTouchesNothing() {
    List<String> before = managed();
    Map<String, List<Integer>> workers = operator.workers(APPS);
    String masters = masters();

    Result again = succeed(0, operator.apply("--detailed-exitcode"));

    assertThat(again.stdout()).startsWith("No changes");
    assertThat(differences(before, managed())).isEmpty();
    assertThat(operator.workers(APPS)).isEqualTo(workers);
    assertThat(masters()).isEqualTo(masters);
    operator.assertConverged();
  }

  @Test
  @Order(6)
  void allComesBackAfterReboot() {
    host.reboot();

    operator.assertConverged();
    assertPagesAreServed();
    assertThat(curl("http://guestbook.example/")).contains("Ada");
    assertThat(host.run("systemctl", "list-units", "--failed", "--no-legend")).isEmpty();
    assertThat(succeed(0, operator.apply("--detailed-exitcode")).stdout()).startsWith("No changes");
  }

  /** All but what a run that does nothing may write. */
  private static List<String> managed() {
    List<String> files = new ArrayList<>(operator.snapshot(PLACES));
    files.removeIf(line -> MAY_CHANGE.contains(line.substring(0, line.indexOf(' '))));
    return files;
  }

  private static String masters() {
    return host.run(
        "systemctl",
        "show",
        "--property=Id,MainPID,InvocationID,NRestarts",
        "gunicorn@*.service",
        "nginx.service",
        "gunicorn.target",
        "gunicorn@*.socket");
  }

  private static String certificate() {
    return "/etc/letsencrypt/live/labstoo.com/fullchain.pem";
  }

  /** The body, with the status after it, of a request that stays on this host. */
  private static String curl(String... arguments) {
    List<String> argv = new ArrayList<>(List.of("curl", "-sS", "--max-time", "20"));
    for (String name :
        List.of("labstoo.com:443", "labstoo.com:80", "hello.example:80", "guestbook.example:80")) {
      argv.addAll(List.of("--resolve", name + ":127.0.0.1"));
    }
    argv.addAll(List.of("-w", "%{http_code}"));
    argv.addAll(List.of(arguments));
    return host.run(argv.toArray(String[]::new));
  }

  private static String python(String script, String input) {
    host.write("/var/tmp/uploads/input", input, "0600");
    Result result =
        host.exec(
            Duration.ofSeconds(30),
            "sh",
            "-c",
            "python3 -c \"$1\" </var/tmp/uploads/input",
            "sh",
            script);
    assertThat(result.exitCode()).describedAs(result.stderr() + input).isZero();
    return result.stdout();
  }
}

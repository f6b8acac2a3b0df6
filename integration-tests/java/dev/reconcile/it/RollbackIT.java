// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An app that does not come up is taken back, and the others converge. */
class RollbackIT {

  private static final DesiredTree BASE =
      DesiredTree.of("quiet", "shop").with("reconcile.yaml", "version: 1\n");

  private static final String CODE = BASE.files().getOrDefault("src/plain/main.py", "");

  private static Operator operator;
  private static TestHost host;

  private List<Integer> workers;
  private List<String> before;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    operator.converge(BASE);
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  @BeforeEach
  void startFromBase() {
    operator.push(BASE);
    succeed(0, operator.apply("--max-prune", "9"));
    workers = host.workers("shop");
    before = files();
  }

  @AfterEach
  void nothingOfARehearsalIsLeft() {
    assertThat(host.run("systemctl", "list-units", "--all", "--no-legend", "reconcile-*"))
        .isEmpty();
    assertThat(host.run("sh", "-ec", "find /run/reconcile -type f")).isEmpty();
    assertThat(host.run("sh", "-ec", "ls /run/systemd/system /run | grep reconcile-bridge || true"))
        .isEmpty();
    assertThat(host.run("systemctl", "list-units", "--failed", "--no-legend")).isEmpty();
  }

  // what the apps are made of; the times of files that were written back differ
  private static List<String> files() {
    return operator.snapshot("/etc/gunicorn", "/etc/systemd", "/etc/nginx").stream()
        .filter(line -> line.contains("shop") || line.contains("broken"))
        .map(line -> line.replaceAll(" [0-9]+ [0-9.]+ ", " "))
        .toList();
  }

  private static DesiredTree withCode(String code) {
    return BASE.with("src/other/main.py", code)
        .with("apps/shop.yaml", "source: {folder: src/other}\nsite: {server_name: shop.test}");
  }

  private void assertAsBefore() {
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    assertThat(host.run("readlink", "/usr/share/nginx/shop")).isEqualTo(code());
    assertThat(files()).isEqualTo(before);
  }

  private static String code() {
    return host.run("readlink", Layout.of("quiet").directory()).replace("/quiet/", "/shop/");
  }

  @Test
  void codeThatDoesNotLoadNeverTouchesWhatServes() {
    operator.push(withCode("import nowhere\n" + CODE).plain("quiet", "env: {GREETING: hi}\n"));
    Result result = succeed(3, operator.apply());

    assertThat(result.stdout())
        .contains("App start failed", "No module named 'nowhere'", "shop was rolled back")
        .contains("gunicorn@quiet.service restarted");
    assertAsBefore();
    assertThat(host.workers("shop")).isEqualTo(workers);
    assertThat(operator.page("quiet")).isEqualTo(DesiredTree.answer("quiet", "hi"));

    List<Integer> quiet = host.workers("quiet");
    Result again = succeed(3, operator.apply());
    assertThat(again.stdout()).contains("App in quarantine", "--only shop");
    assertThat(host.workers("shop")).isEqualTo(workers);
    assertThat(host.workers("quiet")).isEqualTo(quiet);

    operator.converge(withCode(CODE.replace("hello", "mended")));
    assertThat(operator.page("shop")).isEqualTo("mended from www-data\n");
    operator.assertConverged();
  }

  @Thorough
  @Test
  void codeThatAnswersWithAnErrorNeverTouchesWhatServes() {
    operator.push(withCode(CODE.replace("200 OK", "500 Oh")));
    Result result = succeed(3, operator.apply());

    assertThat(result.stdout()).contains("it answers 500", "shop was rolled back");
    assertAsBefore();
    assertThat(host.workers("shop")).isEqualTo(workers);
  }

  @Test
  void quarantineEndsWhenTheRepoIsBackAtWhatRuns() {
    DesiredTree bad = withCode(CODE.replace("200 OK", "500 Oh"));
    operator.push(bad);
    succeed(3, operator.apply());
    assertThat(host.exec("reconcile", "status").stdout()).contains("shop is held since");

    operator.push(BASE);
    succeed(0, operator.apply());
    assertThat(host.exec("reconcile", "status").stdout()).contains("\nHealthy\n");

    operator.push(bad);
    assertThat(succeed(3, operator.apply()).stdout()).contains("it answers 500");
    assertThat(succeed(3, operator.apply()).stdout()).contains("App in quarantine");
  }

  @Test
  void whatOnlyFailsInTheRealUnitIsTakenBackAndAnswersAgain() {
    // a command that follows the start means the instance that serves, so it is not rehearsed
    operator.push(
        withCode(CODE.replace("hello", "second"))
            .with(
                "reconcile.yaml",
                """
                version: 1
                files:
                  /etc/systemd/system/gunicorn@shop.service.d/50.conf:
                    content: "[Service]\\nExecStartPost=/bin/false\\n"
                """));
    Result result = succeed(3, operator.apply());

    assertThat(result.stdout()).contains("systemctl restart failed", "shop was rolled back");
    assertAsBefore();
    assertThat(host.workers("shop")).isNotEmpty().isNotEqualTo(workers);

    Result again = succeed(3, operator.apply());
    assertThat(again.stdout()).contains("App in quarantine");
  }

  @Thorough
  @Test
  void whatOnlyFailsWithASecondWorkerIsTakenBack() {
    // the standby instance has one worker
    String alone =
        """
        import fcntl, time
        lock = open("/tmp/lock", "w")
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        time.sleep(1)
        """;
    operator.push(withCode("import os\n" + alone + CODE.replace("hello", "second")));
    Result result = succeed(3, operator.apply());

    assertThat(result.stdout()).contains("shop was rolled back").doesNotContain("standby");
    assertAsBefore();
    assertThat(succeed(3, operator.apply()).stdout()).contains("App in quarantine");
  }

  @Test
  void newAddressIsTakenBackWithTheSiteThatLeadsToIt() {
    operator.push(
        BASE.plain("shop", "gunicorn: {bind: port}\n")
            .with(
                "reconcile.yaml",
                """
                version: 1
                files:
                  /etc/systemd/system/gunicorn@shop.service.d/50.conf:
                    content: "[Service]\\nExecStartPost=/bin/false\\n"
                """));
    Result result = succeed(3, operator.apply());

    assertThat(result.stdout()).contains("shop was rolled back");
    assertAsBefore();
  }

  @Thorough
  @Test
  void settingsThatGunicornRefusesAreTakenBack() {
    operator.push(BASE.plain("shop", "gunicorn: {options: {worker_class: nowhere}}\n"));
    Result result = succeed(3, operator.apply());

    assertThat(result.stdout()).contains("nowhere", "shop was rolled back");
    assertAsBefore();
    assertThat(host.workers("shop")).isEqualTo(workers);
  }

  @Test
  void aNewAppThatDoesNotComeUpLeavesNothing() {
    operator.push(
        BASE.plain("broken", "gunicorn: {app: 'main:nothing'}\nhealth: {timeout: 60s}\n")
            .plain("fine", ""));
    long began = System.nanoTime();
    Result result = succeed(3, operator.apply());

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(55));
    assertThat(result.stdout())
        .contains("App start failed", "Failed to find attribute 'nothing'")
        .contains("broken was rolled back");
    assertThat(operator.page("fine")).isEqualTo(DesiredTree.answer("fine"));
    assertNothingOf("broken");
    assertThat(host.journal("gunicorn@broken.service"))
        .as("it was never started")
        .doesNotContain("Start");
    assertAsBefore();
    succeed(3, operator.apply());
  }

  @Thorough
  @Test
  void aNewAppWhoseVirtualenvCannotBeBuiltIsNotAskedForItsHealth() {
    DesiredTree bad =
        BASE.with("src/new/main.py", CODE)
            .with("src/new/requirements.txt", "no-such-package\n")
            .with("apps/broken.yaml", "source: {folder: src/new}\n");
    operator.push(bad);
    for (int run = 0; run < 2; run++) {
      Result result = succeed(3, operator.apply());
      assertThat(result.stdout())
          .contains("no-such-package", "broken was rolled back", "The next run tries again")
          .doesNotContain("could not be restored", "GET /", "broken_gunicorn.sock: ");
      assertNothingOf("broken");
    }
  }

  @Thorough
  @Test
  void whatAnEarlierStartSaidIsNotShownAgain() {
    operator.push(withCode("raise RuntimeError('the first reason')\n" + CODE));
    assertThat(succeed(3, operator.apply()).stdout()).contains("the first reason");
    operator.push(withCode(CODE.replace("200 OK", "500 Oh")));
    assertThat(succeed(3, operator.apply()).stdout())
        .contains("it answers 500")
        .doesNotContain("the first reason");
  }

  private static void assertNothingOf(String app) {
    assertThat(
            host.run(
                "sh",
                "-ec",
                "find / /run -xdev \\( -path /var/log -o -path /var/lib/reconcile -o -path"
                    + " /proc \\) -prune -o -name \"*$1*\" ! -path \"$2\" -print"
                    + " | grep -v python || true",
                "sh",
                app,
                // an empty folder that stays above
                Layout.of(app).directory().replaceFirst("/[^/]*$", "")))
        .isEmpty();
  }

  @Thorough
  @Test
  void requirementsThatCannotBeHadAreTriedAgain() {
    operator.push(withCode(CODE).with("src/other/requirements.txt", "no-such-package\n"));
    Result result = succeed(3, operator.apply());
    assertThat(result.stdout()).contains("no-such-package", "The next run tries again");
    assertAsBefore();
    assertThat(host.workers("shop")).isEqualTo(workers);

    Result again = succeed(3, operator.apply());
    assertThat(again.stdout()).contains("no-such-package").doesNotContain("quarantine");
  }

  @Thorough
  @Test
  void namingTheAppTriesItAgain() {
    // it fails for a reason that is not in the repo, which then goes away
    operator.push(withCode("open('/srv/token')\n" + CODE.replace("hello", "token")));
    succeed(3, operator.apply());
    host.write("/srv/token", "x", "0644");
    assertThat(succeed(3, operator.apply()).stdout()).contains("App in quarantine");

    succeed(0, operator.apply("--only", "shop"));
    assertThat(operator.page("shop")).isEqualTo("token from www-data\n");
    succeed(0, operator.apply());
    operator.assertConverged();
  }

  @Thorough
  @Test
  void aPortThatNginxCannotHaveIsTakenBackWithItsAppAlone() {
    // nginx -t does not mind a port that is taken, and a reload says that it went well
    host.run("systemd-run", "--quiet", "--unit=taken", "python3", "-m", "http.server", "8099");
    String template =
        """
        server {
          listen 8099;
          server_name {{server_names}};
          location / { proxy_pass {{upstream}}; }
        }
        """;
    DesiredTree tree = BASE.plain("fine", "");
    String site = "source: {folder: src/plain}\nsite: {server_name: shop.test, template: t.conf}\n";
    operator.push(tree.with("templates/t.conf", template).with("apps/shop.yaml", site));
    Result result = succeed(3, operator.apply());
    Result second = succeed(3, operator.apply());
    host.run("systemctl", "stop", "taken");

    assertThat(result.stdout())
        .contains("nginx reload without effect", "nginx says: bind() to 0.0.0.0:8099 failed (98: ")
        .contains("Port 8099 is held by", "shop was rolled back. The next run tries again");
    assertThat(second.stdout()).doesNotContain("quarantine").contains("Port 8099 is held by");
    assertThat(operator.page("fine")).isEqualTo(DesiredTree.answer("fine"));
    assertAsBefore();

    // the host is mended, and the repo is as it was
    succeed(0, operator.apply());
    assertThat(host.run("curl", "-s", "-H", "Host: shop.test", "http://127.0.0.1:8099/"))
        .isEqualTo(DesiredTree.ANSWER);
    operator.assertConverged();
  }

  @Thorough
  @Test
  void aServerByHandThatHasThePortForBothFamiliesIsNamedByThePlan() {
    String byHand = "/etc/nginx/conf.d/byhand.conf";
    host.write(
        byHand, "server { listen [::]:8098 ipv6only=off default_server; return 204; }\n", "0644");
    host.run("systemctl", "reload", "nginx");
    String template =
        """
        server {
          listen 8098;
          server_name {{server_names}};
          location / { proxy_pass {{upstream}}; }
        }
        """;
    String site = "source: {folder: src/plain}\nsite: {server_name: shop.test, template: t.conf}\n";
    operator.push(
        BASE.plain("fine", "").with("templates/t.conf", template).with("apps/shop.yaml", site));

    Result plan = succeed(3, operator.plan());
    assertThat(plan.stdout() + plan.stderr())
        .contains("Port conflict in nginx", byHand + ":1", "ipv6only=off")
        .contains("Until then shop stays as it is");
    assertThat(succeed(3, operator.apply()).stdout())
        .contains("Port conflict in nginx")
        .doesNotContain("quarantine");
    assertThat(operator.page("fine")).isEqualTo(DesiredTree.answer("fine"));
    assertAsBefore();
    assertThat(host.workers("shop")).isEqualTo(workers);

    host.run("rm", byHand);
    host.run("systemctl", "restart", "nginx");
    succeed(0, operator.apply());
    assertThat(host.run("curl", "-s", "-H", "Host: shop.test", "http://127.0.0.1:8098/"))
        .isEqualTo(DesiredTree.ANSWER);
    operator.assertConverged();
  }

  @Thorough
  @Test
  void aFileOfTheHostThatTheAppNeedsEndsItsQuarantine() {
    DesiredTree needy = withCode("open('/srv/needed')\n" + CODE.replace("hello", "needed"));
    operator.push(needy);
    assertThat(succeed(3, operator.apply()).stdout()).contains("/srv/needed");
    assertThat(succeed(3, operator.apply()).stdout()).contains("App in quarantine");

    // another file, which does not help: tried once, and not again
    String other = "version: 1\nfiles:\n  /srv/other: {content: x}\n";
    operator.push(needy.with("reconcile.yaml", other));
    assertThat(operator.plan().stdout())
        .contains("Retry of a quarantined app", "file /srv/other")
        .contains("restart gunicorn@shop.service");
    assertThat(succeed(3, operator.apply()).stdout())
        .contains("Retry of a quarantined app", "App start failed", "shop was rolled back");
    assertThat(succeed(3, operator.apply()).stdout())
        .contains("App in quarantine")
        .doesNotContain("shop was rolled back");
    assertThat(host.workers("shop")).isEqualTo(workers);

    operator.push(
        needy.with("reconcile.yaml", other + "  /srv/needed: {content: x, mode: '0644'}\n"));
    succeed(0, operator.apply());
    assertThat(operator.page("shop")).isEqualTo("needed from www-data\n");
    operator.assertConverged();
  }

  @Thorough
  @Test
  void aDropInOfTheAdministratorThatGoesEndsTheQuarantine() {
    String dropIn = "/etc/systemd/system/gunicorn@shop.service.d/override.conf";
    host.runScript(
        """
        mkdir -p /etc/systemd/system/gunicorn@shop.service.d
        printf '[Service]\\nExecStartPre=/bin/false\\n' >%s
        systemctl daemon-reload
        """
            .formatted(dropIn));
    operator.push(withCode(CODE.replace("hello", "edited")));
    assertThat(succeed(3, operator.apply()).stdout()).contains("shop was rolled back");
    assertThat(succeed(3, operator.apply()).stdout())
        .contains("App in quarantine", dropIn)
        .doesNotContain("shop was rolled back");
    assertThat(host.workers("shop")).isEqualTo(workers);

    host.run("rm", dropIn);
    assertThat(operator.plan().stdout()).contains("Retry of a quarantined app", dropIn);
    succeed(0, operator.apply());
    assertThat(operator.page("shop")).isEqualTo("edited from www-data\n");
    operator.assertConverged();
  }

  @Thorough
  @Test
  void whatFailsInEachRunTriesAnAppAgainOnlyOnce() {
    String dropIn =
        """
        version: 1
        files:
          /etc/systemd/system/gunicorn@shop.service.d/50.conf:
            content: "[Service]\\nExecStartPost=/usr/bin/test -e /srv/blocked/inside\\n"
        """;
    DesiredTree needy = withCode(CODE.replace("hello", "late"));
    operator.push(needy.with("reconcile.yaml", dropIn));
    assertThat(succeed(3, operator.apply()).stdout()).contains("systemctl restart failed");

    host.write("/srv/blocked", "no folder", "0644");
    operator.push(needy.with("reconcile.yaml", dropIn + "  /srv/blocked/inside: {content: x}\n"));
    assertThat(succeed(1, operator.apply()).stdout()).contains("systemctl restart failed");
    List<Integer> once = host.workers("shop");
    assertThat(succeed(1, operator.apply()).stdout()).contains("App in quarantine");
    assertThat(host.workers("shop")).isEqualTo(once);

    // what failed of the host is made at last, and the app may depend on it
    host.run("rm", "/srv/blocked");
    operator.apply();
    succeed(0, operator.apply());
    assertThat(operator.page("shop")).isEqualTo("late from www-data\n");
    operator.assertConverged();
  }

  @Test
  void goingBackByHandIsProvedLikeAnApply() {
    operator.converge(withCode(CODE.replace("hello", "second")));
    List<Integer> quiet = host.workers("quiet");
    Result back = succeed(0, host.exec("reconcile", "rollback", "shop"));

    assertThat(back.stdout()).contains("gunicorn@shop.service restarted");
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    assertThat(host.workers("quiet")).isEqualTo(quiet);
    assertThat(host.run("reconcile", "history").lines().findFirst().orElse(""))
        .endsWith("  rollback: changed shop");

    Result next = succeed(3, operator.apply());
    assertThat(next.stdout()).contains("rolled back by hand");
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);

    operator.converge(withCode(CODE.replace("hello", "third")));
    assertThat(operator.page("shop")).isEqualTo("third from www-data\n");
    operator.assertConverged();
  }

  @Test
  void appThatIsRenamedGoesOnUntilItsSuccessorServes() {
    String site = "\nsite: {server_name: quiet.test}\n";
    DesiredTree renamed =
        BASE.withoutApp("quiet").with("src/other/main.py", "raise SystemExit(1)\n");
    DesiredTree broken =
        renamed
            .with("apps/calm.yaml", "source: {folder: src/other}" + site)
            .plain("shop", "env: {GREETING: on}\n");

    operator.push(broken);
    Result first = succeed(3, operator.apply());

    assertThat(first.stdout()).contains("quiet was rolled back. The next run tries again.");
    assertThat(host.run("systemctl", "is-enabled", "gunicorn@quiet.service")).contains("enabled");
    assertThat(operator.page("quiet")).isEqualTo(DesiredTree.answer("quiet"));
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.answer("shop", "on"));

    Result second = succeed(3, operator.apply());
    assertThat(second.stdout() + second.stderr()).contains("App kept until its successor serves");
    assertThat(operator.page("quiet")).isEqualTo(DesiredTree.answer("quiet"));

    String wrong = site.replace("}", ", template: wrong.conf}");
    operator.push(
        renamed
            .with(
                "templates/wrong.conf",
                "server { listen 80; server_name {{server_names}};"
                    + " location / { proxy_pass http://unix:/run/nobody.sock; } }\n")
            .with("apps/calm.yaml", "source: {folder: src/plain}" + wrong));
    Result third = succeed(3, operator.apply());
    assertThat(third.stdout()).contains("502", "quiet was rolled back");
    assertThat(operator.page("quiet")).isEqualTo(DesiredTree.answer("quiet"));
    assertThat(host.exec("test", "-e", "/etc/nginx/sites-available/calm").ok()).isFalse();

    operator.converge(renamed.with("apps/calm.yaml", "source: {folder: src/plain}" + site));
    assertThat(operator.page("quiet")).isEqualTo(DesiredTree.answer("calm"));
    assertThat(host.exec("test", "-e", "/etc/nginx/sites-available/quiet").ok()).isFalse();
    operator.assertConverged();
  }

  private static DesiredTree names(String quiet, String shop) {
    return BASE.with(
            "apps/quiet.yaml",
            "source: {folder: src/plain}\nsite: {server_name: [%s]}\n".formatted(quiet))
        .with(
            "apps/shop.yaml",
            "source: {folder: src/other}\ndirectory: /srv/shop\nsite: {server_name: [%s]}\n"
                .formatted(shop))
        .with("src/other/main.py", CODE);
  }

  private static void assertServed(String name, String app) {
    assertThat(operator.page(name)).as(name).isEqualTo(DesiredTree.answer(app));
  }

  // The old owner of the name gives it up only to an app that serves it.
  @Thorough
  @Test
  void serverNameStaysUntilTheAppThatTakesItServes() {
    operator.push(names("quiet.test, moves.test", "shop.test"));
    succeed(0, operator.apply("--max-prune", "9"));
    assertServed("moves", "quiet");

    DesiredTree moved = names("quiet.test", "shop.test, moves.test");
    operator.push(moved.with("src/other/main.py", "raise SystemExit(1)\n"));
    Result failed = succeed(3, operator.apply());
    assertThat(failed.stdout()).contains("shop was rolled back", "quiet was rolled back");
    assertServed("moves", "quiet");
    assertServed("shop", "shop");

    Result held = succeed(3, operator.apply());
    assertThat(held.stdout() + held.stderr()).contains("App kept until its successor serves");
    assertServed("moves", "quiet");

    operator.converge(moved);
    assertServed("moves", "shop");
  }

  // The app that takes a name is not at fault if the name does not become free.
  @Thorough
  @Test
  void appThatTakesANameWaitsForIt() {
    DesiredTree before = names("quiet.test, moves.test", "shop.test");
    operator.push(before);
    succeed(0, operator.apply("--max-prune", "9"));

    DesiredTree moved = names("quiet.test", "shop.test, moves.test");
    operator.push(moved.with("src/plain/main.py", "raise SystemExit(1)\n"));
    Result failed = succeed(3, operator.apply());
    assertThat(failed.stdout()).contains("shop was rolled back. The next run tries again.");
    assertServed("moves", "quiet");

    Result held = succeed(3, operator.apply());
    assertThat(held.stdout() + held.stderr()).contains("App kept until another app gives way");

    operator.converge(moved);
    assertServed("moves", "shop");
  }

  // An app whose directory another app takes keeps it, and its code, until both changes succeed.
  @Thorough
  @Test
  void directoryThatMovesKeepsItsCodeUntilBothChangesSucceed() {
    DesiredTree before =
        names("quiet.test", "shop.test")
            .with(
                "apps/quiet.yaml",
                "source: {folder: src/plain}\ndirectory: /srv/moves\nsite: {server_name: quiet.test}\n");
    operator.push(before);
    succeed(0, operator.apply("--max-prune", "9"));
    String code = host.run("readlink", "/srv/moves");

    DesiredTree moved =
        before
            .with(
                "apps/quiet.yaml", "source: {folder: src/plain}\nsite: {server_name: quiet.test}\n")
            .with(
                "apps/shop.yaml",
                "source: {folder: src/other}\ndirectory: /srv/moves\nsite: {server_name: shop.test}\n");
    operator.push(moved.with("src/plain/main.py", "raise SystemExit(1)\n"));
    for (int run = 0; run < 2; run++) {
      succeed(3, operator.apply());
      assertThat(host.run("readlink", "/srv/moves")).isEqualTo(code);
      assertServed("quiet", "quiet");
      assertServed("shop", "shop");
    }

    operator.converge(moved);
    assertServed("quiet", "quiet");
    assertServed("shop", "shop");
    assertThat(host.run("readlink", "/srv/moves")).contains("/checkouts/shop/");
  }

  @Thorough
  @Test
  void appsThatSwapTheirNamesGoTogether() {
    operator.push(names("quiet.test", "shop.test"));
    succeed(0, operator.apply("--max-prune", "9"));
    DesiredTree swapped = names("shop.test", "quiet.test");

    operator.push(swapped.with("src/other/main.py", "raise SystemExit(1)\n"));
    succeed(3, operator.apply());
    assertServed("quiet", "quiet");
    assertServed("shop", "shop");

    operator.converge(swapped);
    assertServed("quiet", "shop");
    assertServed("shop", "quiet");
  }
}

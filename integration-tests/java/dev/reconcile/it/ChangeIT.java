// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.differences;
import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The repo changes: what it says happens, and who is not concerned does not notice. */
class ChangeIT {

  private static final DesiredTree BASE =
      DesiredTree.of("quiet", "shop").with("reconcile.yaml", "version: 1\n");

  private static final String[] PLACES = {"/etc", "/opt", "/usr/share/nginx", "/home", "/srv"};

  /** Anything of an app's name but its logs, what backups lead back to, and where its code was. */
  private static final String LEFT_OVER =
      """
      find / /run -xdev \\( -path /var/log -o -path /var/lib/reconcile \\) -prune \
        -o -name "*$1*" ! -path "$2" -print
      """;

  private static Operator operator;
  private static TestHost host;

  private Map<String, List<Integer>> quiet;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    host.run("adduser", "--system", "--group", "--quiet", "shopkeeper");
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
    quiet = operator.workers(List.of("quiet"));
  }

  @AfterEach
  void theOtherAppDidNotNotice() {
    assertThat(operator.workers(List.of("quiet"))).isEqualTo(quiet);
    assertThat(operator.page("quiet")).isEqualTo(DesiredTree.answer("quiet"));
  }

  @Test
  void appIsAddedAndRemovedAgain() {
    operator.converge(BASE.plain("kiosk", "env: {GREETING: new}\n"));
    assertThat(operator.page("kiosk")).isEqualTo(DesiredTree.answer("kiosk", "new"));
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    operator.assertConverged();

    operator.push(BASE);
    Result removal = succeed(0, operator.apply());

    assertInOrder(
        removal.stdout(),
        "link /etc/nginx/sites-enabled/kiosk deleted",
        "file /etc/nginx/sites-available/kiosk deleted",
        "nginx reloaded",
        "unit gunicorn@kiosk.service deleted",
        "socket gunicorn@kiosk.socket deleted",
        "file /etc/gunicorn/kiosk.env deleted");
    String above = Layout.of("kiosk").directory().replaceFirst("/[^/]*$", "");
    assertThat(host.run("sh", "-ec", LEFT_OVER, "sh", "kiosk", above)).isEmpty();
    assertThat(host.run("ls", "-A", above)).isEmpty();
    assertThat(host.run("systemctl", "list-units", "--all", "--no-legend"))
        .doesNotContain("gunicorn@kiosk");
    assertThat(host.run("systemctl", "list-unit-files", "--no-legend")).doesNotContain("kiosk");
    assertThat(host.run("systemctl", "list-units", "--failed", "--no-legend")).isEmpty();
    assertThat(host.exec("pgrep", "-f", "[k]iosk").stdout()).isEmpty();
    assertThat(host.read("/var/log/gunicorn/kiosk/access.log")).contains("GET / HTTP");
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    operator.assertConverged();
  }

  @Test
  void changedVariableRestartsItsApp() {
    List<Integer> before = host.workers("shop");
    operator.converge(BASE.plain("shop", "env: {GREETING: 'hi \"you\" $HOME'}\n"));
    assertThat(operator.page("shop")).isEqualTo("hi \"you\" $HOME from www-data\n");
    assertThat(host.workers("shop")).isNotEmpty().doesNotContainAnyElementsOf(before);
    operator.assertConverged();
  }

  @Test
  void changedCodeIsDeployed() {
    String code = BASE.files().get("src/plain/main.py").replace("hello", "changed");
    DesiredTree changed =
        BASE.with("src/other/main.py", code)
            .with("apps/shop.yaml", "source: {folder: src/other}\nsite: {server_name: shop.test}");
    operator.converge(changed);
    assertThat(operator.page("shop")).isEqualTo("changed from www-data\n");

    operator.converge(changed.with("src/other/main.py", code.replace("changed", "again")));
    assertThat(operator.page("shop")).isEqualTo("again from www-data\n");
    operator.assertConverged();
  }

  @Thorough
  @Test
  void changedRequirementsRebuildTheVirtualenv() {
    DesiredTree changed =
        BASE.with("src/other/main.py", BASE.files().get("src/plain/main.py"))
            .with("src/other/requirements.txt", "click\n")
            .with("apps/shop.yaml", "source: {folder: src/other}\nsite: {server_name: shop.test}");
    operator.converge(changed);
    host.run("/opt/py_envs/shop/bin/python", "-c", "import click");

    operator.converge(changed.with("src/other/requirements.txt", "itsdangerous\n"));
    host.run("/opt/py_envs/shop/bin/python", "-c", "import itsdangerous");
    assertThat(host.exec("/opt/py_envs/shop/bin/python", "-c", "import click").ok()).isFalse();
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    operator.assertConverged();
  }

  @Thorough
  @Test
  void otherUserAndBack() {
    String dropIn = "/etc/systemd/system/gunicorn@shop.service.d/reconcile.conf";
    operator.converge(BASE.plain("shop", "user: shopkeeper\ngroup: shopkeeper\n"));
    assertThat(operator.page("shop")).isEqualTo("hello from shopkeeper\n");
    assertThat(host.read(dropIn)).contains("User=shopkeeper", "Group=shopkeeper");
    operator.assertConverged();

    operator.converge(BASE);
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    assertThat(host.exec("test", "-e", dropIn).ok()).isFalse();
    assertThat(host.run("systemctl", "show", "--property=DropInPaths", "gunicorn@shop.service"))
        .isEqualTo("DropInPaths=\n");
    operator.assertConverged();
  }

  @Thorough
  @Test
  void appThatComesBackMayHaveAnotherUser() {
    operator.push(BASE.withoutApp("shop"));
    succeed(0, operator.apply());
    assertThat(host.run("stat", "-c", "%U", "/var/log/gunicorn/shop")).isEqualTo("www-data\n");

    operator.converge(BASE.plain("shop", "user: shopkeeper\ngroup: shopkeeper\n"));
    assertThat(operator.page("shop")).isEqualTo("hello from shopkeeper\n");
    operator.assertConverged();
  }

  @Thorough
  @Test
  void protectedAppStays() {
    operator.push(BASE.withoutApp("shop").with("reconcile.yaml", "version: 1\nprotect: [shop]\n"));
    Result result = succeed(0, operator.apply());
    assertThat(result.stdout()).contains("App \"shop\" is protected");
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
  }

  @Thorough
  @Test
  void pruningCanBeOff() {
    operator.push(BASE.withoutApp("shop"));
    Result result = succeed(0, operator.apply("--no-prune"));
    assertThat(result.stdout()).contains("Pruning is off");
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
  }

  @Test
  void moreDeletionsThanAllowedAreAnError() {
    DesiredTree none =
        BASE.withoutApp("shop").with("reconcile.yaml", "version: 1\nlimits: {max_prune: 0}\n");
    operator.push(none);
    assertRefused("Too many deletions", "app shop", "--max-prune 1");

    succeed(0, operator.apply("--max-prune", "1"));
    assertThat(host.exec("test", "-e", "/etc/nginx/sites-available/shop").ok()).isFalse();
    operator.assertConverged();
  }

  @Thorough
  @Test
  void noAppsAtAllAreAnError() {
    operator.push(BASE.withoutApp("shop").withoutApp("quiet"));
    assertRefused("No apps in the desired state", "app quiet, app shop", "--max-prune");
  }

  @Test
  void onlyOneAppIsTouched() {
    DesiredTree both =
        BASE.plain("shop", "env: {GREETING: hi}\n").plain("kiosk", "env: {GREETING: new}\n");
    operator.push(both);
    succeed(0, operator.apply("--only", "kiosk"));
    assertThat(operator.page("kiosk")).isEqualTo(DesiredTree.answer("kiosk", "new"));
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);

    succeed(0, operator.apply("--only", "shop"));
    assertThat(operator.page("shop")).isEqualTo("hi from www-data\n");
    Map<String, List<Integer>> workers = operator.workers(List.of("shop", "kiosk"));
    // what all apps share was not settled by those two runs, and is now, without a restart
    succeed(0, operator.apply());
    assertThat(operator.workers(List.of("shop", "kiosk"))).isEqualTo(workers);
    operator.assertConverged();

    Result unknown = succeed(64, operator.apply("--only", "shpo"));
    assertThat(unknown.stderr()).contains("Did you mean \"shop\"?");
  }

  /** The run fails with these words, and shop is still all there. */
  private static void assertRefused(String... words) {
    List<String> before = operator.snapshot(PLACES);
    Result result = succeed(1, operator.apply());
    assertThat(result.stdout() + result.stderr()).contains(words);
    assertThat(differences(before, operator.snapshot(PLACES))).isEmpty();
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
  }

  private static void assertInOrder(String text, String... parts) {
    List<String> lines = text.lines().toList();
    assertThat(lines).containsSubsequence(parts);
  }
}

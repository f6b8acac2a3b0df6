// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Somebody changes an app's live code on the server: it is told, taken back, and not lost. */
class EditedCodeIT {
  private static final String LIVE = "/usr/share/nginx/shop/main.py";

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static DesiredTree version(String text) {
    return DesiredTree.of("quiet", "shop")
        .with(
            "src/shop/main.py",
            """
            def app(environ, start_response):
                start_response("200 OK", [("Content-Type", "text/plain")])
                return [b"%s"]
            """
                .formatted(text))
        .with("apps/shop.yaml", "source: {folder: src/shop}\nsite: {server_name: shop.test}\n");
  }

  @BeforeEach
  void deploy() {
    operator.converge(version("first"));
    operator.converge(version("second"));
    host.runScript(
        "sleep 2.5"); // what is changed within the grain of a file system's times is not seen
    assertThat(host.exec("reconcile", "status").exitCode()).isZero();
  }

  private static void hotFix() {
    host.runScript("sed -i 's/second/patched/' " + LIVE + "; systemctl restart gunicorn@shop");
    assertThat(operator.page("shop")).isEqualTo("patched");
  }

  @Test
  void hotFixIsToldAndTakenBackByName() {
    hotFix();

    Result status = host.exec("reconcile", "status");
    assertThat(status.exitCode()).isEqualTo(1);
    assertThat(status.stdout().replaceAll("\\s+", " "))
        .contains("(changed by hand: main.py)", "reconcile --only shop");
    assertThat(succeed(0, operator.plan("--only", "shop")).stdout())
        .contains("update checkout /usr/share/nginx/shop", "(changed by hand: main.py)");

    succeed(0, operator.apply("--only", "shop"));

    assertThat(operator.page("shop")).isEqualTo("second");
    assertThat(host.run("grep", "-rl", "patched", "/var/lib/reconcile/backup")).contains("main.py");
    assertThat(host.exec("reconcile", "status").exitCode()).isZero();
    operator.assertConverged();
  }

  @Thorough
  @Test
  void nextDeployNamesTheHotFixAndRollbackDoesNotBringItBack() {
    hotFix();
    operator.push(version("third"));

    assertThat(succeed(0, operator.plan()).stdout()).contains("(changed by hand: main.py)");
    succeed(0, operator.apply());
    assertThat(operator.page("shop")).isEqualTo("third");
    succeed(0, host.exec("reconcile", "rollback", "shop"));

    assertThat(operator.page("shop")).isEqualTo("second");
    assertThat(host.run("grep", "-rl", "patched", "/var/lib/reconcile/backup")).contains("main.py");
  }

  @Thorough
  @Test
  void appThatIsDownForWantOfAFileGetsItBack() {
    host.runScript("rm " + LIVE + "; systemctl stop gunicorn@shop.service");

    succeed(0, operator.apply());

    assertThat(operator.page("shop")).isEqualTo("second");
    assertThat(operator.page("quiet")).isEqualTo(DesiredTree.answer("quiet"));
    operator.assertConverged();
  }
}

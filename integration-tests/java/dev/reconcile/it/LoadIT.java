// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.fault.Survival;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An app is asked all the time, through nginx, while it is changed: no request fails. */
class LoadIT {
  private static Stage stage;
  private static Survival survival;
  private static DesiredTree base;

  @BeforeAll
  static void boot() {
    survival = Survival.named(LoadIT.class);
    base = Stage.tree("one");
    stage = Stage.boot(base);
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @AfterEach
  void backToBase() {
    stage.operator().push(base);
    succeed(0, stage.operator().apply("--max-prune", "9"));
  }

  @Thorough
  @Test
  void otherSettings() {
    String yaml = base.files().get("apps/shop.yaml");
    underLoad("other settings", base.with("apps/shop.yaml", yaml + "gunicorn: {workers: 3}\n"), 0);
    assertThat(stage.host().workers("shop")).hasSize(3);
  }

  @Test
  void otherCode() {
    String code = base.files().get("src/shop/main.py");
    underLoad("other code", base.with("src/shop/main.py", code.replace("one ", "two ")), 0);
    assertThat(stage.operator().page("shop")).isEqualTo("two one\n");
  }

  @Thorough
  @Test
  void otherRequirements() {
    DesiredTree tree = base.with("src/shop/requirements.txt", "itsdangerous\n");
    underLoad("another virtualenv", tree, 0);
    stage.host().run("/opt/py_envs/shop/bin/python", "-c", "import itsdangerous");
  }

  @Thorough
  @Test
  void anotherSite() {
    underLoad("an app and site beside it", base.plain("kiosk", Stage.QUICK), 0);
    assertThat(stage.operator().page("kiosk")).isEqualTo(DesiredTree.answer("kiosk"));
  }

  @Thorough
  @Test
  void codeThatCannotBeImported() {
    underLoad("code that cannot be imported", base.with("src/shop/main.py", "import nothing\n"), 3);
    assertThat(stage.operator().page("shop")).isEqualTo(Stage.page("one") + "\n");
  }

  @Test
  void codeThatAnswersWithAnError() {
    String code = base.files().get("src/shop/main.py").replace("200 OK", "500 Oh no");
    underLoad("code that answers 500", base.with("src/shop/main.py", code), 3);
    assertThat(stage.operator().page("shop")).isEqualTo(Stage.page("one") + "\n");
  }

  @Thorough
  @Test
  void codeThatOnlyItsUnitsHardeningStops() {
    stage
        .host()
        .runScript(
            """
            install -d -o www-data /usr/local/shop
            echo x >/home/token; chmod 644 /home/token
            """);
    for (String hidden :
        List.of(
            "__import__('socket').socket(16, 3, 0)",
            "open('/usr/local/shop/file', 'w')",
            "open('/home/token')")) {
      String code =
          base.files()
              .get("src/shop/main.py")
              .replace("    start_response", "    " + hidden + "\n    start_response");
      underLoad("code that tries " + hidden, base.with("src/shop/main.py", code), 3);
      assertThat(stage.operator().page("shop")).isEqualTo(Stage.page("one") + "\n");
    }
  }

  @Thorough
  @Test
  void dropInsAndCodeThatNeedsThem() {
    String code = base.files().get("src/shop/main.py");
    String needs =
        code.replace("    start_response", "    open('data/log', 'a')\n    start_response");
    DesiredTree tree =
        base.with("src/shop/data/.keep", "")
            .with("src/shop/main.py", needs)
            .with(
                "reconcile.yaml",
                """
                version: 1
                files:
                  /etc/systemd/system/gunicorn@shop.service.d/50.conf:
                    content: |
                      [Service]
                      StateDirectory=shop
                      BindPaths=/var/lib/shop:/usr/share/nginx/shop/data
                  /etc/systemd/system/gunicorn@shop.socket.d/50.conf:
                    content: |
                      [Socket]
                      Backlog=2048
                """);
    underLoad("drop-ins, and code that needs them", tree, 0);
    underLoad("the code again", tree.with("src/shop/main.py", needs.replace("one ", "two ")), 0);
    assertThat(stage.operator().page("shop")).isEqualTo("two one\n");
    assertThat(stage.host().run("stat", "-c", "%U", "/var/lib/shop/log")).isEqualTo("www-data\n");
    assertThat(
            stage.host().run("systemctl", "show", "-P", "Backlog", "gunicorn@shop.socket").strip())
        .isEqualTo("2048");
  }

  @Thorough
  @Test
  void sharedDropInThatNoAppBears() {
    DesiredTree tree =
        base.with(
            "reconcile.yaml",
            """
            version: 1
            files:
              /etc/systemd/system/gunicorn@.service.d/50.conf:
                content: |
                  [Service]
                  InaccessiblePaths=/var/lib/reconcile
            """);
    underLoad("a drop-in for all apps that none bears", tree, 1);
    assertThat(stage.operator().page("shop")).isEqualTo(Stage.page("one") + "\n");
    assertThat(
            stage.host().exec("test", "-e", "/etc/systemd/system/gunicorn@.service.d/50.conf").ok())
        .isFalse();
  }

  private static void underLoad(String what, DesiredTree tree, int exit) {
    stage.operator().push(tree);
    Load.During during = Load.full(stage.host(), "shop", () -> stage.operator().apply());
    Load load = during.load();
    survival.write(
        "under load: " + what,
        load.requests(),
        load.requests() - load.failed(),
        "slowest " + load.slowest());
    succeed(exit, during.result());
    assertThat(load.failed()).as(load.toString()).isZero();
  }
}

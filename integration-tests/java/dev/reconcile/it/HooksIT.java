// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hooks of /etc/reconcile/config.yaml, set off by what really happens on a server. */
class HooksIT {
  private static final String CONFIG = "/etc/reconcile/config.yaml";
  private static final String TOLD = "/var/tmp/told";
  private static final String BROKEN = "gunicorn: {app: \"main:none\"}\n";

  private static final String SCRIPT =
      """
      #!/bin/sh
      cat >%1$s.json
      echo "$RECONCILE_EVENT $*" >>%1$s
      """
          .formatted(TOLD);

  private static final String HOOKS =
      """
      on-failure: [/usr/local/bin/tell, "two words"]
      on-recovery: /usr/local/bin/tell
      on-change: [tell]
      """;

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    host.write("/usr/local/bin/tell", SCRIPT, "0755");
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  @BeforeEach
  void converge() {
    host.run("rm", "-f", CONFIG);
    operator.converge(DesiredTree.of("shop", "blog"));
    host.write(CONFIG, HOOKS, "0600");
    told();
  }

  /** The hooks that have run since it was last asked, with their words. */
  private static List<String> told() {
    String script = "touch %1$s; cat %1$s; rm %1$s".formatted(TOLD);
    return host.runScript(script).lines().map(String::strip).toList();
  }

  @Test
  void aFailureIsToldWhenItBeginsAndWhenItEnds() {
    succeed(0, operator.apply());
    assertThat(told()).isEmpty();

    operator.push(DesiredTree.of("blog").plain("shop", BROKEN));
    succeed(3, operator.apply());
    assertThat(told()).first().isEqualTo("on-failure two words");
    assertThat(host.read(TOLD + ".json"))
        .isEqualTo(host.read("/var/lib/reconcile/last-run.json"))
        .contains("\"exit_code\" : 3", "\"quarantined\" : true");
    succeed(3, operator.apply());
    assertThat(told()).as("held, as before").isEmpty();

    operator.push(DesiredTree.of("blog", "shop").with("reconcile.yaml", "version: 2\n"));
    succeed(65, operator.apply());
    assertThat(told()).containsExactly("on-failure two words");
    succeed(65, operator.apply());
    succeed(65, operator.plan());
    assertThat(told()).isEmpty();

    operator.push(DesiredTree.of("shop", "blog"));
    succeed(0, operator.plan());
    assertThat(told()).as("a plan tells nobody").isEmpty();
    succeed(0, operator.apply());
    assertThat(told()).contains("on-recovery");
    succeed(0, operator.apply());
    assertThat(told()).isEmpty();
  }

  @Test
  void aChangeIsTold() {
    operator.push(DesiredTree.of("shop").plain("blog", "env: {GREETING: changed}\n"));
    succeed(0, operator.apply("--dry-run"));
    succeed(0, operator.apply("--root", "/var/tmp/tree"));
    assertThat(told()).as("nothing has happened on this host").isEmpty();
    succeed(0, operator.apply());
    assertThat(told()).containsExactly("on-change");
    assertThat(host.read(TOLD + ".json")).contains("gunicorn/blog.env", "\"exit_code\" : 0");
    assertThat(operator.page("blog")).isEqualTo(DesiredTree.answer("blog", "changed"));
  }

  @Thorough
  @Test
  void aHookThatFailsChangesNothing() {
    host.write(CONFIG, "on-change: [sh, -c, 'echo no mail today; exit 75']\n", "0600");
    operator.push(DesiredTree.of("shop").plain("blog", "env: {GREETING: other}\n"));
    Result result = succeed(0, operator.apply());
    assertThat(result.stderr())
        .contains("Warning: Hook failed", "on-change: sh -c", "exited with 75", "no mail today");
    operator.assertConverged();
  }

  @Thorough
  @Test
  void aHookMayAskReconcile() {
    host.write(CONFIG, "on-change: [sh, -c, 'reconcile history >" + TOLD + "']\n", "0600");
    operator.push(DesiredTree.of("shop").plain("blog", "env: {GREETING: third}\n"));
    succeed(0, operator.apply());
    assertThat(told()).first().asString().contains("changed blog");
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Users that apps run as, and units that packages bring. */
class AccountsIT {
  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    Stage.makeQuickPython(host);
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  // a repo without an app would be a mistake
  private static DesiredTree kept() {
    return DesiredTree.bare().plain("kept", Stage.QUICK);
  }

  @Test
  void usersAreMadeBeforeAllElseAndNeverRemoved() {
    host.write("/srv/there/main.py", DesiredTree.bare().files().get("src/plain/main.py"), "0644");
    host.write("/srv/there/requirements.txt", "", "0644");
    DesiredTree tree =
        kept()
            .with("reconcile.yaml", "version: 1\nusers: [keeper, reader]\n")
            .plain("shop", "user: keeper\n" + Stage.QUICK)
            .with(
                "apps/there.yaml",
                "source: {path: /srv/there}\nuser: reader\nsite: {server_name: there.test}\n"
                    + Stage.QUICK);
    operator.push(tree.with("reconcile.yaml", "version: 1\n"));
    assertThat(succeed(3, operator.plan()).stdout()).contains("No such user", "users: [keeper]");

    operator.push(tree);
    Result plan = succeed(0, operator.plan());
    assertThat(plan.stdout()).contains("create user keeper", "create user reader");
    assertThat(host.sh("getent passwd keeper").ok()).as("a plan changes nothing").isFalse();
    succeed(0, operator.apply());
    assertThat(operator.page("shop")).isEqualTo("hello from keeper\n");
    assertThat(operator.page("there")).isEqualTo("hello from reader\n");
    assertThat(host.run("getent", "passwd", "keeper")).contains(":/nonexistent:/usr/sbin/nologin");
    operator.assertConverged();

    operator.converge(kept());
    assertThat(host.run("id", "keeper")).as("its files may still be there").contains("keeper");
  }

  @Thorough
  @Test
  void unitOfAPackageIsStartedAndLeftAlone() {
    host.runScript(
        """
        printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d
        dpkg --install /srv/tools/redis-server/*.deb
        """);
    DesiredTree tree =
        kept()
            .with("reconcile.yaml", "version: 1\nunits: {redis-server.service: {state: started}}\n")
            .plain("shop", Stage.QUICK);
    operator.push(tree);
    assertThat(succeed(0, operator.plan()).stdout()).contains("start redis-server.service");
    succeed(0, operator.apply());
    assertThat(host.run("redis-cli", "ping")).isEqualTo("PONG\n");
    operator.assertConverged();
    String pid = host.run("systemctl", "show", "-P", "MainPID", "redis-server.service");
    host.runScript("systemctl stop redis-server");
    succeed(0, operator.apply());
    assertThat(host.run("redis-cli", "ping")).isEqualTo("PONG\n");
    operator.assertConverged();
    assertThat(host.run("systemctl", "show", "-P", "MainPID", "redis-server.service"))
        .isNotEqualTo(pid);

    operator.converge(tree.with("reconcile.yaml", "version: 1\n"));
    assertThat(host.run("redis-cli", "ping")).as("it is the package's").isEqualTo("PONG\n");

    operator.converge(
        tree.with(
            "reconcile.yaml", "version: 1\nunits: {redis-server.service: {state: stopped}}\n"));
    assertThat(host.sh("redis-cli ping").ok()).isFalse();
    operator.assertConverged();
  }

  @Thorough
  @Test
  void unitThatFailsKeepsNoAppFromChanging() {
    host.write(
        "/lib/systemd/system/dead.service",
        "[Service]\nType=oneshot\nExecStart=/bin/false\n",
        "0644");
    DesiredTree tree = kept().plain("first", Stage.QUICK);
    operator.converge(tree);
    operator.push(
        tree.with(
                "reconcile.yaml",
                """
                version: 1
                units: {dead.service: {state: started}, no-such.service: {state: started}}
                """)
            .plain("first", "env: {GREETING: changed}\n" + Stage.QUICK)
            .plain("second", Stage.QUICK));
    Result result = succeed(1, operator.apply());
    assertThat(result.stdout() + result.stderr())
        .contains("dead.service", "no-such.service", "not found");
    assertThat(operator.page("first")).isEqualTo(DesiredTree.answer("first", "changed"));
    assertThat(operator.page("second")).isEqualTo(DesiredTree.answer("second"));
    operator.converge(kept());
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.differences;
import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A bad commit reaches a server that works: it goes on working, and the next good one is taken. */
class BadInputIT {

  private static final DesiredTree GOOD = DesiredTree.of("quiet", "shop");
  private static final String[] PLACES = {"/etc", "/opt", "/usr/share/nginx", "/home", "/srv"};

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
    DesiredTree next = GOOD.plain("shop", "env: {GREETING: better}\n");
    operator.converge(next);
    assertThat(operator.page("shop")).isEqualTo("better from www-data\n");
    assertThat(operator.page("quiet")).isEqualTo(DesiredTree.answer("quiet"));
    operator.assertConverged();
    operator.converge(GOOD);
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
  }

  @Test
  void allMistakesAreNamedAndNothingIsTouched() {
    Result result =
        refused(
            65,
            // what is no YAML cannot be added to
            GOOD.withRaw("apps/quiet.yaml", "source: {folder: src/plain\n")
                .plain("shop", "gunicorn: {wrokers: 2}\nusr: x\n")
                .with("apps/Bad.yaml", "source: {folder: src/plain}\n"));
    assertThat(result.stderr())
        .contains("apps/quiet.yaml", "Did you mean \"workers\"?", "apps/shop.yaml line 3")
        .contains("\"usr\"", "apps/Bad.yaml");
    assertThat(result.stderr()).doesNotContain("\tat ");
  }

  @Test
  void missingCertificateIsNamedBeforeNginxIsTouched() {
    Result result =
        refused(
            3,
            GOOD.with(
                "apps/shop.yaml",
                """
                source: {folder: src/plain}
                site:
                  server_name: shop.test
                  tls: {certificate: /etc/none/full.pem, key: /etc/none/key.pem}
                """));
    assertThat(result.stdout() + result.stderr())
        .contains("/etc/none/full.pem", "/etc/none/key.pem", "apps/shop.yaml line 4");
  }

  @Thorough
  @Test
  void missingSecretUserAndFolderAreNamedTogether() {
    Result result =
        refused(
            3,
            GOOD.plain("shop", "user: nobody-here\nsecrets: {KEY: /etc/none/key}\n")
                .with("apps/quiet.yaml", "source: {folder: src/none}\n"));
    assertThat(result.stdout() + result.stderr())
        .contains("nobody-here", "/etc/none/key", "src/none");
  }

  @Thorough
  @Test
  void siteThatNginxWouldRefuseIsNotTaken() {
    operator.push(
        GOOD.with(
            "apps/shop.yaml",
            """
            source: {folder: src/plain}
            site: {server_name: shop.test, extra: 'no_such_directive on;'}
            """));
    List<String> sites = sites();

    Result result = succeed(3, operator.apply());

    assertThat(result.stdout())
        .contains("Site refused by nginx", "no_such_directive", "No changes");
    assertThat(differences(sites, sites())).isEmpty();
    host.run("nginx", "-t");
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    assertThat(operator.page("quiet")).isEqualTo(DesiredTree.answer("quiet"));
    // it is not forgotten that this commit was not taken
    succeed(3, operator.apply());
    assertThat(differences(sites, sites())).isEmpty();
  }

  @Test
  void brokenAppDoesNotKeepOthersFromConverging() {
    DesiredTree bad =
        GOOD.with("src/broken/main.py", "raise RuntimeError('broken on purpose')\n")
            .with(
                "apps/shop.yaml", "source: {folder: src/broken}\nsite: {server_name: shop.test}\n")
            .plain("quiet", "env: {GREETING: still}\n");
    operator.push(bad);
    Result result = succeed(3, operator.apply());

    assertThat(result.stdout())
        .contains("App start failed", "broken on purpose", "shop was rolled back");
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    assertThat(operator.page("quiet")).isEqualTo(DesiredTree.answer("quiet", "still"));
  }

  /** Applies a tree that must not be taken: the code is this, and the host stays as it is. */
  private static Result refused(int code, DesiredTree tree) {
    operator.push(tree);
    List<String> before = operator.snapshot(PLACES);
    var workers = operator.workers(List.of("quiet", "shop"));

    Result result = succeed(code, operator.apply());

    assertThat(differences(before, operator.snapshot(PLACES))).isEmpty();
    assertThat(operator.workers(List.of("quiet", "shop"))).isEqualTo(workers);
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    return result;
  }

  private static List<String> sites() {
    return host.runScript("cd /etc/nginx && find . -type f -o -type l | sort | xargs sha256sum")
        .lines()
        .toList();
  }
}

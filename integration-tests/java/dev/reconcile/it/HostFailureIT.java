// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What belongs to no app and fails keeps no app and no site from changing. */
class HostFailureIT {
  private static final DesiredTree BASE = DesiredTree.of("shop").plain("shop", quick("a"));

  private static final String BROKEN =
      """
      version: 1
      packages: [no-such-package, tree]
      files:
        /srv/a-file/inside: {content: x}
        /srv/good: {content: good}
      units:
        broken.service:
          content: |
            [Service]
            Type=oneshot
            ExecStart=/bin/false
          state: started
        good.service:
          content: |
            [Service]
            ExecStart=/bin/sleep 1000
          state: started
      """;

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    Stage.makeQuickPython(host);
    host.write("/srv/a-file", "no folder", "0644");
    operator.converge(BASE);
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static String quick(String greeting) {
    return "venv: {python: " + Stage.QUICK_PYTHON + "}\nenv: {GREETING: " + greeting + "}\n";
  }

  @Test
  void appsAndSitesConvergeInEveryRun() {
    DesiredTree tree = BASE.with("reconcile.yaml", BROKEN);
    for (int run = 0; run < 3; run++) {
      String app = "new" + run;
      String site =
          "source: {folder: src/plain}\nsite: {server_name: [shop.test, s" + run + ".test]}\n";
      tree = tree.with("apps/shop.yaml", site + quick("b" + run)).plain(app, quick("hi"));
      String commit = operator.push(tree);
      Result result = succeed(1, operator.apply());

      assertThat(result.stdout())
          .contains("restart broken.service failed", "file /srv/a-file/inside failed")
          .contains("package no-such-package failed", "nginx reloaded")
          .doesNotContainPattern("(?m)^(?!unit broken\\.service ).* skipped: ");
      assertThat(operator.page(app)).isEqualTo(DesiredTree.answer(app, "hi"));
      assertThat(operator.page("s" + run)).isEqualTo("b" + run + " from www-data\n");
      assertThat(host.read("/srv/good")).isEqualTo("good");
      assertThat(host.run("systemctl", "is-active", "good.service")).isEqualTo("active\n");
      host.run("sh", "-ec", "command -v tree");
      assertThat(host.read("/var/lib/reconcile/state.json"))
          .as("what repairs drift must not go back before this commit")
          .contains("\"revision\" : \"" + commit + "\"")
          .contains("\"unfinished\" : { }");
    }
    // nothing new: the broken ones are tried again and told of, and nothing else is touched
    var workers = host.workers("shop");
    succeed(1, operator.apply());
    assertThat(host.workers("shop")).isEqualTo(workers);

    operator.push(BASE.with("reconcile.yaml", "version: 1\n"));
    succeed(0, operator.apply("--max-prune", "9"));
    operator.assertConverged();
  }

  @Test
  void fileOfTheHostThatNginxRefusesIsLeftOut() {
    String yaml =
        """
        version: 1
        files:
          /etc/nginx/conf.d/a.conf: {content: "nonsense on;\\n"}
          /etc/nginx/conf.d/y.conf: {content: "server_names_hash_max_size 2048;\\n"}
          /etc/nginx/conf.d/z.conf: {content: "gzip_vary maybe;\\n"}
        """;
    String site = "source: {folder: src/plain}\nsite: {server_name: [shop.test, z.test]}\n";
    DesiredTree tree = BASE.with("apps/shop.yaml", site + quick("z"));
    operator.push(tree.with("reconcile.yaml", yaml));
    Result planned = succeed(1, operator.plan());
    Result applied = succeed(1, operator.apply());

    assertThat(planned.stdout() + planned.stderr())
        .contains("unknown directive \"nonsense\"", "invalid value \"maybe\"", "on reconcile.yaml")
        .contains("Until it is fixed, /etc/nginx/conf.d/z.conf stays as it is");
    assertThat(applied.stdout()).contains("nginx reloaded");
    assertThat(operator.page("z")).isEqualTo("z from www-data\n");
    assertThat(host.run("ls", "/etc/nginx/conf.d"))
        .contains("y.conf")
        .doesNotContain("a.conf", "z.conf");
    var workers = host.workers("shop");
    succeed(1, operator.apply());
    assertThat(host.workers("shop")).isEqualTo(workers);

    operator.push(
        tree.with("reconcile.yaml", yaml.replace("maybe", "on").replace("nonsense on;", "")));
    assertThat(succeed(0, operator.apply()).stdout()).contains("nginx reloaded");
    operator.push(BASE);
    succeed(0, operator.apply("--max-prune", "9"));
    operator.assertConverged();
  }

  @Test
  void appThatNeedsWhatHasFailedIsTriedAgain() {
    // the file is not there in the first run, and is in the second
    String code = "open('/srv/b-file/inside')\n" + BASE.files().get("src/plain/main.py");
    DesiredTree tree =
        BASE.with("src/need/main.py", code)
            .with(
                "apps/need.yaml",
                "source: {folder: src/need}\nsite: {server_name: need.test}\n" + quick("hi"))
            .with("reconcile.yaml", "version: 1\nfiles:\n  /srv/b-file/inside: {content: x}\n");
    host.write("/srv/b-file", "no folder", "0644");
    operator.push(tree);
    succeed(1, operator.apply());
    host.run("rm", "/srv/b-file");
    succeed(0, operator.apply());
    assertThat(operator.page("need")).isEqualTo(DesiredTree.answer("need", "hi"));

    operator.push(BASE);
    succeed(0, operator.apply("--max-prune", "9"));
  }

  @Thorough
  @Test
  void fileOfTheHostIsThereBeforeCodeThatReadsIt() {
    String code = "open('/srv/config')\n" + BASE.files().get("src/plain/main.py");
    DesiredTree tree =
        BASE.with("src/plain/main.py", code)
            .with("reconcile.yaml", "version: 1\nfiles:\n  /srv/config: {content: x}\n");
    operator.push(tree);
    succeed(0, operator.apply());
    operator.push(BASE);
    succeed(0, operator.apply("--max-prune", "9"));
  }
}

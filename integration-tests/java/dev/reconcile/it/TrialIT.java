// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.differences;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What nginx or systemd would refuse is found before anything is touched, and put down to its app.
 * The host is the same afterwards, to the last directory's time.
 */
class TrialIT {
  private static final DesiredTree GOOD = DesiredTree.of("quiet", "shop");
  private static final String SITE = "Site refused by nginx";

  /** Every path with all that a trial could change of it; not what systemd itself goes on doing. */
  private static final String EVERYTHING =
      """
      find /etc /var/log /run /var/lib/nginx /var/lib/reconcile /srv /opt /tmp \\( -path /run/log \\
        -o -path /run/systemd -o -path /var/log/journal -o -path /run/utmp -o -path /srv/git \\) \\
        -prune -o -printf '%p %y %m %U %G %s %T@ %i %l\\n' | LC_ALL=C sort
      """;

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

  private static String site(String app, String extra) {
    return "source: {folder: src/plain}\nsite:\n  server_name: %s.test\n  extra: |\n    %s\n"
        .formatted(app, extra);
  }

  /** Plans a tree and gives all that is said; the host must not notice. */
  static String planned(Operator operator, DesiredTree tree) {
    operator.push(tree);
    TestHost host = operator.host();
    List<String> before = host.runScript(EVERYTHING).lines().toList();

    Result result = operator.plan();

    assertThat(differences(before, host.runScript(EVERYTHING).lines().toList())).isEmpty();
    assertThat(host.read("/proc/mounts"))
        .doesNotContain("reconcile ", "/etc/nginx", "/etc/systemd");
    assertThat(result.stderr()).doesNotContain("\tat ");
    return result.stdout() + result.stderr();
  }

  private static String planned(DesiredTree tree) {
    return planned(operator, tree);
  }

  /** Nothing was found, and nothing went untried. */
  static void assertClean(String said) {
    assertThat(said).doesNotContain("Error:", "Warning:", "Notice:");
  }

  @Test
  void goodPlanLeavesNoTraceAndIsNotHeldUp() {
    assertClean(
        planned(
            GOOD.plain("third", "env: {A: b}\n")
                .with("apps/quiet.yaml", site("quiet", "add_header A b;"))));
  }

  @Test
  void brokenLineIsShownWithItsApp() {
    String said = planned(GOOD.with("apps/shop.yaml", site("shop", "no_such_directive on;")));

    assertThat(said)
        .contains(SITE, "apps/shop.yaml", "unknown directive \"no_such_directive\"")
        .contains(": no_such_directive on;")
        .contains("Until then shop stays as it is.")
        .doesNotContain("apps/quiet.yaml", "already broken");
  }

  @Thorough
  @Test
  void unknownVariableHasNoPlaceButIsFound() {
    String said = planned(GOOD.with("apps/shop.yaml", site("shop", "add_header A $nosuch;")));

    assertThat(said).contains(SITE, "apps/shop.yaml", "unknown \"nosuch\" variable");
  }

  @Thorough
  @Test
  void upstreamOfTheSameNameIsPutDownToTheNewOne() {
    String template =
        """
        upstream backend { server unix:/run/shop_gunicorn.sock; }
        server { listen 80; server_name {{server_names}}; location / { proxy_pass http://backend; } }
        """;
    DesiredTree first =
        GOOD.with("templates/up.conf", template)
            .with(
                "apps/shop.yaml",
                "source: {folder: src/plain}\nsite: {server_name: shop.test, template: up.conf}\n");
    operator.push(first);
    Operator.succeed(0, operator.apply());
    // nginx reads "another" first, so the file that it names is the one that is right
    String said =
        planned(
            first.with(
                "apps/another.yaml",
"""
source: {folder: src/plain}
site: {server_name: another.test, template: up.conf}
"""));

    assertThat(said)
        .contains(SITE, "on apps/another.yaml", "duplicate upstream \"backend\"")
        .doesNotContain("on apps/shop.yaml");
    operator.converge(GOOD);
  }

  @Thorough
  @Test
  void missingCertificateInATemplateIsFound() {
    String template =
        """
        server {
          listen 443 ssl;
          server_name {{server_names}};
          ssl_certificate /etc/none/a.pem;
          ssl_certificate_key /etc/none/a.key;
        }
        """;
    String said =
        planned(
            GOOD.with("templates/tls.conf", template)
                .with(
                    "apps/shop.yaml",
"""
source: {folder: src/plain}
site: {server_name: shop.test, template: tls.conf}
"""));

    assertThat(said).contains(SITE, "on apps/shop.yaml", "/etc/none/a.pem");
  }

  @Test
  void fileThatTheSamePlanWritesIsThereForNginx() {
    assertClean(
        planned(
            GOOD.with(
                    "reconcile.yaml",
                    "version: 1\nfiles:\n  /srv/more/own.conf: {content: 'add_header A b;'}\n")
                .with("apps/shop.yaml", site("shop", "include /srv/more/own.conf;"))));
    assertThat(host.exec("test", "-e", "/srv/more").ok()).isFalse();
  }

  @Thorough
  @Test
  void foldersThatThePlanMakesNextToNginxsAreThereForNginx() {
    String yaml =
        """
        version: 1
        files:
          /etc/htpasswd.d/m1: {content: "a:b"}
          /etc/plain.conf: {content: "add_header A b;"}
          /usr/new/x.conf: {content: "add_header C d;"}
          /newtop/deep/x.conf: {content: "add_header E f;"}
        """;
    String extra =
        "auth_basic a; auth_basic_user_file /etc/htpasswd.d/m1; include /etc/plain.conf;"
            + " include /usr/new/x.conf; include /newtop/deep/x.conf;";
    String tls = "source: {folder: src/plain}\nsite: {server_name: tls.test, tls: self-signed}\n";
    DesiredTree tree =
        GOOD.with("reconcile.yaml", yaml)
            .with("apps/shop.yaml", site("shop", extra))
            .with("apps/tls.yaml", tls);
    assertClean(planned(tree));

    String said =
        planned(tree.with("apps/quiet.yaml", site("quiet", "location / { return 410; }")));

    assertThat(said)
        .contains(SITE, "on apps/quiet.yaml", "duplicate location \"/\"")
        .doesNotContain("not tested beforehand", "on apps/shop.yaml", "on apps/tls.yaml");
  }

  @Thorough
  @Test
  void logsElsewhereAreNotMade() {
    host.run("mkdir", "-p", "/srv/logs/deep");
    assertClean(
        planned(
            GOOD.with(
                "apps/shop.yaml",
                site("shop", "access_log /srv/logs/a.log; error_log /srv/logs/deep/e.log;"))));
    String said =
        planned(GOOD.with("apps/shop.yaml", site("shop", "access_log /srv/no/such/a.log;")));

    assertThat(said).contains(SITE, "on apps/shop.yaml", "/srv/no/such/a.log");
  }

  @Thorough
  @Test
  void nameOfAnEditorsCopyIsAConflict() {
    host.runScript(
        "sed s/shop/third/g /etc/nginx/sites-available/shop > /etc/nginx/sites-enabled/third~");
    String said = planned(GOOD.plain("third", ""));
    host.run("rm", "/etc/nginx/sites-enabled/third~");

    assertThat(said)
        .contains(SITE, "on apps/third.yaml", "conflicting server name \"third.test\"")
        .contains("The same name is in /etc/nginx/sites-enabled/third~. ");
  }

  @Thorough
  @Test
  void conflictThatWasThereBeforeIsNoNews() {
    host.runScript("cp /etc/nginx/sites-available/shop /etc/nginx/sites-enabled/shop~");
    String said = planned(GOOD.with("apps/quiet.yaml", site("quiet", "add_header A b;")));
    host.run("rm", "/etc/nginx/sites-enabled/shop~");

    assertClean(said);
  }

  @Thorough
  @Test
  void siteOfSomebodyElseThatIsBrokenIsToldAsThat() {
    host.write("/etc/nginx/sites-enabled/other", "server { nonsense; }\n", "0644");
    String said = planned(GOOD.with("apps/quiet.yaml", site("quiet", "add_header A b;")));
    host.run("rm", "/etc/nginx/sites-enabled/other");

    assertThat(said)
        .contains(
            "nginx configuration already broken", "Until /etc/nginx/sites-enabled/other is fixed")
        .doesNotContain(SITE);
  }

  @Test
  void eachBrokenAppIsFoundAndNoOther() {
    String said =
        planned(
            GOOD.with("apps/shop.yaml", site("shop", "add_header A $nosuch;"))
                .with("apps/quiet.yaml", site("quiet", "add_header B b;"))
                .with("apps/alpha.yaml", site("alpha", "nonsense;"))
                .with("apps/omega.yaml", site("omega", "add_header C $nosuch;")));

    assertThat(said)
        .contains("on apps/alpha.yaml", "on apps/omega.yaml", "on apps/shop.yaml")
        .doesNotContain("on apps/quiet.yaml");
  }

  @Thorough
  @Test
  void logFormatOfTheHostBelongsToNoApp() {
    String said =
        planned(
            GOOD.with(
                "reconcile.yaml",
                "version: 1\nnginx: {log_formats: {combined: '$remote_addr'}}\n"));

    assertThat(said).contains("nginx configuration refused", "on reconcile.yaml");
  }

  @Thorough
  @Test
  void hundredAppsWithOneMistakeKeepNobodyElseBack() {
    DesiredTree tree = GOOD.plain("zebra", "");
    for (int i = 1; i <= 100; i++) {
      tree = tree.with("apps/a" + i + ".yaml", site("a" + i, "add_header A $nosuch;"));
    }
    String said = planned(tree);

    assertThat(said.split("Error: " + SITE, -1)).hasSize(101);
    assertThat(said).doesNotContain("on apps/zebra.yaml");
  }

  @Thorough
  @Test
  void packageThatIsYetToComeMayMendIt() {
    String said =
        planned(
            GOOD.with("reconcile.yaml", "version: 1\npackages: [tree]\n")
                .with("apps/shop.yaml", site("shop", "directive_of_a_module on;")));

    assertThat(said).contains("Incomplete trial", "tree").doesNotContain(SITE);
  }

  @Thorough
  @Test
  void folderThatIsALinkIsNotWrittenThrough() {
    host.runScript(
        "mv /etc/nginx/sites-available /srv/sites; ln -s /srv/sites /etc/nginx/sites-available");
    String said =
        planned(GOOD.with("apps/shop.yaml", site("shop", "nonsense;")).plain("third", ""));
    host.runScript("rm /etc/nginx/sites-available; mv /srv/sites /etc/nginx/sites-available");

    assertThat(said).contains(SITE, "on apps/shop.yaml").doesNotContain("on apps/third.yaml");
  }

  @Test
  void whereNoNamespacesAreAllowedItIsSaidOnce() {
    operator.push(GOOD.with("apps/shop.yaml", site("shop", "nonsense;")));
    Result result =
        host.exec(
            "setpriv", "--bounding-set=-sys_admin", "reconcile", "plan", "--repo", operator.repo());

    assertThat(result.stdout() + result.stderr())
        .containsOnlyOnce("nginx configuration not tested beforehand")
        .contains("unshare")
        .doesNotContain(SITE);
  }

  @Test
  void whatIsAppliedIsTriedToo() {
    operator.push(GOOD.with("apps/shop.yaml", site("shop", "no_such_directive on;")));
    List<String> before = operator.snapshot("/etc");

    Result result = operator.apply();

    assertThat(result.stdout() + result.stderr()).contains(SITE, "on apps/shop.yaml");
    assertThat(differences(before, operator.snapshot("/etc"))).isEmpty();
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
  }
}

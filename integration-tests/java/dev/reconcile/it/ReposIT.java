// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where the desired state and the code of apps may come from, and what may go wrong there. */
class ReposIT {

  private static final DesiredTree BASE = DesiredTree.of("quiet", "shop");
  private static final String CODE = BASE.files().getOrDefault("src/plain/main.py", "");

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    host.git().allowRoot();
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  @BeforeEach
  void startFromBase() {
    operator.push(BASE);
    succeed(0, operator.apply("--allow-rewind"));
    operator.assertConverged();
  }

  @Test
  void onlyWhatIsCommittedInPlainDirectoryCounts() {
    host.runScript(
        """
        git clone -q git@localhost:/srv/git/desired.git /srv/work
        cd /srv/work
        git config user.name test
        git config user.email test@localhost
        sed -i '$aenv: {GREETING: uncommitted}' apps/shop.yaml
        """);
    Operator local = operator.from("/srv/work");

    Result before = succeed(0, local.apply("--detailed-exitcode"));
    assertThat(before.stderr()).contains("Uncommitted changes", "/srv/work");
    host.runScript("cd /srv/work && git commit -qam 'Greet' && test -z \"$(git status -s)\"");
    Result after = succeed(2, local.apply("--detailed-exitcode"));

    assertThat(after.stderr()).doesNotContain("Uncommitted changes");
    assertThat(operator.page("shop")).isEqualTo("uncommitted from www-data\n");
    assertThat(host.run("git", "-C", "/srv/work", "status", "--short")).isEmpty();
  }

  @Thorough
  @Test
  void refIsBranchTagOrCommit() {
    String first = operator.push(greeting("tagged"));
    git("tag v1 " + first);
    git("branch next " + operator.push(greeting("branched")));
    String last = operator.push(greeting("committed"));
    operator.push(greeting("ahead"));

    expect("tagged", "--ref", "v1");
    expect("branched", "--ref", "next");
    expect("committed", "--ref", last);
    expect("ahead");
    succeed(69, operator.apply("--ref", "nowhere"));
    assertThat(operator.page("shop")).isEqualTo("ahead from www-data\n");
  }

  @Test
  void withoutTheRepoDriftIsStillRepaired() {
    host.run("mv", "/srv/git/desired.git", "/srv/git/away.git");
    host.run("rm", "/etc/nginx/sites-enabled/shop");

    Result result = operator.apply();
    host.run("mv", "/srv/git/away.git", "/srv/git/desired.git");

    succeed(69, result);
    assertThat(result.stderr()).contains("last good commit");
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    operator.assertConverged();
  }

  @Thorough
  @Test
  void repoThatWasNeverThereIsUnavailable() {
    for (String url : List.of("file:///srv/git/none.git", "/srv/none")) {
      Result result = succeed(69, operator.from(url).apply());
      assertThat(result.stderr()).contains(url.replace("file://", ""));
    }
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
  }

  @Thorough
  @Test
  void serverOfManyRepositoriesGetsFewConnectionsAtOnce() {
    host.runScript(
        """
        echo 'MaxStartups 5:100:5' >/etc/ssh/sshd_config.d/few.conf
        systemctl reload ssh
        """);
    DesiredTree many = BASE;
    for (int i = 1; i <= 12; i++) {
      String name = "repo" + i;
      host.git().push(name, Map.of("main.py", CODE, "requirements.txt", "gunicorn\n"));
      many =
          many.with(
              "apps/%s.yaml".formatted(name),
              "source: {git: \"%s\"}\nsite: false\n".formatted(host.git().sshUrl(name)));
    }
    operator.push(many);

    Result plan = succeed(0, operator.plan());

    host.runScript("rm /etc/ssh/sshd_config.d/few.conf; systemctl reload ssh");
    assertThat(plan.stderr()).doesNotContain("Unreachable source");
    assertThat(plan.stdout()).contains("[repo1]", "[repo12]");
  }

  @Test
  void rewrittenHistoryIsRefusedUnlessAllowed() {
    String base = git("rev-parse main").strip();
    operator.converge(greeting("second"));
    git("update-ref refs/heads/main " + base);
    operator.push(greeting("rewritten"));

    Result refused = succeed(1, operator.apply());
    assertThat(refused.stderr()).contains("Rewritten history", "--allow-rewind");
    assertThat(operator.page("shop")).isEqualTo("second from www-data\n");
    succeed(0, operator.apply("--allow-rewind"));

    assertThat(operator.page("shop")).isEqualTo("rewritten from www-data\n");
    succeed(0, operator.apply("--detailed-exitcode"));
  }

  @Test
  void serverWithAnotherOrUnknownKeyIsRefused() {
    Operator ssh = operator.from(host.git().sshUrl(Operator.REPOSITORY));
    succeed(0, ssh.apply());
    host.run("cp", "-a", "/root/.ssh/known_hosts", "/root/.ssh/pinned");
    host.runScript(
        """
        ssh-keygen -q -t ed25519 -N '' -f /root/other
        echo "localhost $(cat /root/other.pub)" >/root/.ssh/known_hosts
        """);
    Result wrong = ssh.plan();
    host.run("rm", "/root/.ssh/known_hosts");
    Result unknown = ssh.plan();
    boolean pinnedByItself = host.exec("test", "-e", "/root/.ssh/known_hosts").ok();
    host.run("mv", "/root/.ssh/pinned", "/root/.ssh/known_hosts");

    for (Result refused : List.of(wrong, unknown)) {
      succeed(69, refused);
      assertThat(refused.stderr()).contains("known_hosts");
    }
    assertThat(wrong.stderr()).isNotEqualTo(unknown.stderr());
    assertThat(pinnedByItself).isFalse();
    succeed(0, ssh.plan());
  }

  @Thorough
  @Test
  void serverThatDoesNotLetUsInIsNamed() {
    Operator ssh = operator.from(host.git().sshUrl(Operator.REPOSITORY));
    host.run("mv", "/srv/git/.ssh/authorized_keys", "/srv/git/.ssh/away");
    Result refused = ssh.plan();
    host.run("mv", "/srv/git/.ssh/away", "/srv/git/.ssh/authorized_keys");

    succeed(69, refused);
    assertThat(refused.stderr()).contains("git@localhost").containsIgnoringCase("key");
  }

  @Test
  void appFromItsOwnRepositoryStaysWhenThatIsOutOfReach() {
    host.git().push("shop-code", Map.of("main.py", CODE.replace("hello", "own")));
    String url = host.git().sshUrl("shop-code");
    String source = "source: {git: \"" + url + "\", ref: main}\nsite: {server_name: shop.test}\n";
    DesiredTree own = BASE.with("apps/shop.yaml", source);
    operator.converge(own);
    assertThat(operator.page("shop")).isEqualTo("own from www-data\n");
    host.git().push("shop-code", Map.of("main.py", CODE.replace("hello", "newer")));
    succeed(2, operator.apply("--detailed-exitcode"));
    assertThat(operator.page("shop")).isEqualTo("newer from www-data\n");
    List<Integer> workers = host.workers("shop");

    operator.push(own.plain("quiet", "env: {GREETING: changed}\n"));
    host.run("mv", "/srv/git/shop-code.git", "/srv/git/away.git");
    Result result = operator.apply();
    host.run("mv", "/srv/git/away.git", "/srv/git/shop-code.git");

    succeed(1, result);
    assertThat(result.stderr()).contains("Unreachable source", "apps/shop.yaml");
    assertThat(operator.page("quiet")).isEqualTo(DesiredTree.answer("quiet", "changed"));
    assertThat(operator.page("shop")).isEqualTo("newer from www-data\n");
    assertThat(host.workers("shop")).isEqualTo(workers);
    operator.assertConverged();
  }

  private static DesiredTree greeting(String word) {
    return BASE.plain("shop", "env: {GREETING: " + word + "}\n");
  }

  private static void expect(String word, String... options) {
    succeed(0, operator.apply(options));
    assertThat(operator.page("shop")).isEqualTo(word + " from www-data\n");
  }

  private static String git(String arguments) {
    return host.runScript(
        "runuser -u git -- git -C /srv/git/" + Operator.REPOSITORY + ".git " + arguments);
  }
}

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Users of the host and apps that set traps for root, and addresses that would run programs. */
class HostileIT {

  private static final DesiredTree GOOD = DesiredTree.of("shop");
  private static final String LOGS = "/var/log/gunicorn/shop";
  private static final String SOCKET = "/run/shop_gunicorn.sock";

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    host.runScript("useradd -m bob; echo precious >/root/precious; chmod 600 /root/precious");
    operator.converge(GOOD);
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  /** Whatever was tried: nobody became root, and the server can be brought in order again. */
  @AfterEach
  void nothingOfRootsWasTouched() {
    assertThat(host.run("stat", "-c", "%U %a %h", "/root/precious")).isEqualTo("root 600 1\n");
    assertThat(host.read("/root/precious")).isEqualTo("precious\n");
    assertThat(host.run("stat", "-c", "%U %G %a", "/etc/shadow")).isEqualTo("root shadow 640\n");
    assertThat(host.sh("ls /pwned* /tmp/pwned*").ok())
        .as("a program that was not ours ran")
        .isFalse();
    operator.converge(GOOD);
    operator.assertConverged();
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
  }

  private static void as(String user, String script) {
    host.run("runuser", "-u", user, "--", "sh", "-ec", script);
  }

  private static DesiredTree motd(String path, String more) {
    return GOOD.with(
        "reconcile.yaml", "version: 1\nfiles: {%s: {content: x%s}}\n".formatted(path, more));
  }

  @Test
  void linksInPlaceOfLogsAreNotFollowed() {
    as("www-data", "cd %s; rm -f *; ln -s /etc/shadow access.log".formatted(LOGS));
    operator.push(GOOD.plain("shop", "env: {GREETING: again}\n"));
    operator.apply();
    assertThat(host.run("stat", "-c", "%U %a", "/etc/shadow")).isEqualTo("root 640\n");
    host.runScript("rm -f %s/*; systemctl restart gunicorn@shop".formatted(LOGS));
  }

  @Test
  void hardLinkOfRootsFileInPlaceOfALogIsNotGivenAway() {
    host.runScript("rm -f %1$s/access.log; ln /root/precious %1$s/access.log".formatted(LOGS));
    Result result = operator.apply();
    assertThat(host.run("stat", "-c", "%U", "/root/precious")).isEqualTo("root\n");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.stdout() + result.stderr()).contains(LOGS + "/access.log", "hard link");
    host.runScript("rm -f %s/*; systemctl restart gunicorn@shop".formatted(LOGS));
  }

  @Test
  void linksThatAUserPlantedOnTheWayAreRefused() {
    as("bob", "ln -s /etc /home/bob/conf");
    List<String> before = operator.snapshot("/etc/cron.d");
    operator.push(motd("/home/bob/conf/cron.d/job", ""));
    Result result = operator.apply();
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.stdout() + result.stderr())
        .contains("Refused to go through the symbolic link /home/bob/conf");
    assertThat(differences(before, operator.snapshot("/etc/cron.d"))).isEmpty();
    as("bob", "rm /home/bob/conf");
  }

  @Thorough
  @Test
  void linkInPlaceOfTheTemporaryFileIsNotWrittenThrough() {
    as("bob", "ln -s /root/precious /home/bob/.reconcile-tmp.conf");
    operator.push(motd("/home/bob/conf", ", owner: bob, group: bob"));
    succeed(0, operator.apply());
    assertThat(host.read("/home/bob/conf")).isEqualTo("x");
    assertThat(host.sh("test -e /home/bob/.reconcile-tmp.conf").ok()).isFalse();
  }

  @Thorough
  @ParameterizedTest
  @ValueSource(strings = {"mkfifo /etc/trap", "mknod /etc/trap c 1 5", "mkdir /etc/trap"})
  void whatIsNoFileInAFilesPlaceIsNamedAndLeft(String make) {
    host.runScript(make);
    operator.push(motd("/etc/trap", ""));
    Result result = succeed(1, operator.apply());
    assertThat(result.stdout() + result.stderr()).contains("/etc/trap", "--take-over");
    host.runScript("rm -r /etc/trap");
  }

  // systemd removes what it can; what it cannot is a failure of this app alone
  @Thorough
  @ParameterizedTest
  @CsvSource({"mkdir %s, 1", "touch %s, 0"})
  void whatIsInTheSocketsPlaceIsPutRightOrNamed(String make, int code) {
    host.runScript(
        "systemctl stop gunicorn@shop.service gunicorn@shop.socket; rm -rf %1$s; ".formatted(SOCKET)
            + make.formatted(SOCKET));
    Result result = succeed(code, operator.apply());
    if (code != 0) {
      assertThat(result.stdout() + result.stderr()).contains("gunicorn@shop.socket");
    }
    host.runScript("[ -S %1$s ] || rm -rf %1$s".formatted(SOCKET));
  }

  @Test
  void someoneElsesLiveSocketIsNamedAndLeft() {
    host.runScript(
        """
        systemctl stop gunicorn@shop.service gunicorn@shop.socket
        rm -f %1$s
        systemd-run -q --unit=other --property=Type=exec python3 -c \
          'import socket, time; s = socket.socket(socket.AF_UNIX); s.bind("%1$s"); s.listen(); time.sleep(600)'
        for _ in $(seq 50); do [ -S %1$s ] && break; sleep 0.1; done
        """
            .formatted(SOCKET));
    Result result = succeed(3, operator.apply());
    assertThat(result.stdout() + result.stderr()).contains("listens on unix:" + SOCKET);
    host.run("systemctl", "is-active", "other");
    host.runScript("systemctl stop other; rm -f " + SOCKET);
  }

  @Thorough
  @Test
  void requirementsThatTheAppCanChangeLeadNowhere() {
    host.runScript(
        """
        cp -r /usr/share/nginx/shop/. /srv/own
        printf '%%s\\n' '# mine' '-r ../../etc/shadow' >/srv/own/requirements.txt
        chown -R %s /srv/own
        """
            .formatted(Layout.of("own").user()));
    operator.push(GOOD.with("apps/own.yaml", "source: {path: /srv/own}\nsite: false\n"));
    Result result = succeed(3, operator.apply());
    assertThat(result.stdout() + result.stderr())
        .contains("Path outside the source", "on requirements.txt line 2", "../../etc/shadow")
        .doesNotContain("root:");
    host.runScript("ln -sf ../../etc/shadow /srv/own/requirements.txt");
    result = succeed(3, operator.apply());
    assertThat(result.stdout() + result.stderr())
        .contains("/srv/own/requirements.txt leads out of /srv/own")
        .doesNotContain("root:");
    host.runScript("rm /srv/own/requirements.txt; mkfifo /srv/own/requirements.txt");
    result = succeed(3, operator.apply());
    assertThat(result.stdout() + result.stderr())
        .contains("/srv/own/requirements.txt is not a file");
    host.run("rm", "-r", "/srv/own");
  }

  @Test
  void modulesInTheAppsDirectoryAreNotRunByRoot() {
    host.runScript(
        """
        cp -r /usr/share/nginx/shop/. /srv/own
        trap='import os; os.getuid() or open("/pwned", "w"); raise ImportError'
        for module in venv pip json logging ssl; do echo "$trap" >/srv/own/$module.py; done
        echo click >/srv/own/more.txt
        echo '-r more.txt' >/srv/own/requirements.txt # so the build sees the whole directory
        chown -R %s /srv/own
        """
            .formatted(Layout.of("own").user()));
    operator.push(GOOD.with("apps/own.yaml", "source: {path: /srv/own}\nsite: false\n"));
    operator.apply();
    assertThat(host.sh("test -x " + Layout.of("own").venv() + "/bin/gunicorn").ok())
        .as("the virtualenv was built")
        .isTrue();
    host.run("rm", "-r", "/srv/own");
  }

  @Thorough
  @Test
  void secretThatIsAPipeIsNotWaitedFor() {
    host.run("mkfifo", "/etc/pipe");
    operator.push(GOOD.plain("shop", "secrets: {KEY: /etc/pipe}\n"));
    assertThat(succeed(3, operator.apply()).stdout()).contains("/etc/pipe is not a file");
    host.run("rm", "/etc/pipe");
  }

  @Thorough
  @Test
  void addressesRunNoPrograms() {
    List<String> addresses =
        List.of(
            "--upload-pack=touch /pwned",
            "-oProxyCommand=touch /pwned",
            "ext::sh -c touch% /pwned",
            "git@-oProxyCommand=touch${IFS}/pwned:x",
            "-oProxyCommand=touch${IFS}/pwned:x",
            "git@localhost:x';touch /pwned;'",
            "file:///srv/git/none.git;touch /pwned",
            "fd::17");
    DesiredTree tree = GOOD;
    for (String address : addresses) {
      Result result = host.exec("reconcile", "plan", "--repo=" + address);
      assertThat(result.exitCode()).as(result.toString()).isIn(64, 69);
      assertThat(result.stderr()).startsWith("Error: ").doesNotContain("\tat ");
      String yaml = "source: {git: \"%s\"}\n".formatted(address);
      tree = tree.with("apps/own" + addresses.indexOf(address) + ".yaml", yaml);
    }
    operator.push(tree);
    Result result = succeed(65, operator.apply());
    for (int i = 0; i < addresses.size(); i++) {
      assertThat(result.stderr()).contains("apps/own" + i + ".yaml line 1");
    }
    operator.push(
        GOOD.with("apps/own.yaml", "source: {git: \"ssh://-oProxyCommand=touch%20/pwned/x\"}\n"));
    assertThat(succeed(65, operator.apply()).stderr()).contains("Unusable repository address");
    operator.push(
        GOOD.with("apps/own.yaml", "source: {git: \"git@localhost:x';touch${IFS}/pwned;'\"}\n"));
    succeed(1, operator.apply());
  }

  @Test
  void submodulesAreNeitherFetchedNorFollowed() {
    operator.push(
        GOOD.with(
            ".gitmodules",
            "[submodule \"x\"]\n\tpath = src/plain/sub\n\turl = ext::sh -c touch% /pwned\n"));
    host.runScript(
        """
        export GIT_DIR=/srv/git/desired.git GIT_INDEX_FILE=/tmp/index HOME=/srv/git
        export GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t
        git config --system safe.directory '*'
        git read-tree main
        git update-index --add --cacheinfo 160000,$(git rev-parse main),src/plain/sub
        git update-ref refs/heads/main $(git commit-tree -m sub -p main $(git write-tree))
        chown -R git:git $GIT_DIR
        rm /tmp/index
        """);
    Result result = succeed(3, operator.apply());
    assertThat(result.stdout() + result.stderr())
        .contains("Submodule in the repository", "src/plain/sub", "is not fetched");
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
  }
}

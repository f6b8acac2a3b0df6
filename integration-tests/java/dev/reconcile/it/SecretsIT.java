// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The values of secrets, and passwords in addresses: who gets to see them. */
class SecretsIT {

  private static final String OLD = "0ld-s3cret-value";
  private static final String NEW = "n3w-s3cret-value";
  private static final String TOKEN = "t0k3n-in-address";
  private static final String FILE = "/etc/secrets/shop";
  private static final String MADE = "/etc/gunicorn/shop.secrets.env";

  /** Notes the command lines of all processes over and over, and the environment of none. */
  static final String SAMPLER =
      """
      import os, time
      end = time.time() + 300
      with open("/root/seen", "wb", buffering=0) as seen:
          known = set()
          while time.time() < end and not os.path.exists("/root/enough"):
              for pid in filter(str.isdigit, os.listdir("/proc")):
                  try:
                      with open(f"/proc/{pid}/cmdline", "rb") as file:
                          line = file.read()
                  except OSError:
                      continue
                  if line not in known:
                      known.add(line)
                      seen.write(line.replace(b"\\0", b" ") + b"\\n")
      """;

  private static Operator operator;
  private static TestHost host;
  private static final StringBuilder said = new StringBuilder();

  @BeforeAll
  static void runEverything() {
    operator = Operator.boot();
    host = operator.host();
    host.run("useradd", "-m", "bob");
    host.write("/root/sampler.py", SAMPLER, "0600");
    host.runScript("setsid python3 /root/sampler.py >/dev/null 2>&1 </dev/null & sleep 0.5");
    DesiredTree tree = DesiredTree.bare().plain("shop", "secrets: {SECRET: %s}\n".formatted(FILE));

    host.write(FILE, OLD + "\n", "0600");
    operator.push(tree);
    say(succeed(0, operator.plan("-v")));
    say(succeed(0, operator.plan("--json")));
    say(succeed(0, operator.apply("-v")));
    host.write(FILE, NEW + "\n", "0600");
    say(succeed(0, operator.plan("-v")));
    say(succeed(0, operator.apply("--json")));
    assertThat(operator.page("shop", "/secret")).hasSize(65);
    host.run("sed", "-i", "s/n3w-/0ld-/", MADE); // by hand, and no command line holds a value
    assertThat(host.read(MADE)).contains(OLD);
    say(succeed(0, operator.plan()));
    say(succeed(0, operator.apply()));

    operator.push(
        tree.with(
            "apps/blog.yaml",
            "source: {git: \"https://ann:%1$s@127.0.0.1:1/x.git\"}\nsite: false\n"
                .formatted(TOKEN)));
    say(operator.apply("-v"));
    say(operator.apply("--json"));
    host.write(FILE, NEW + "\nsecond line\n", "0600");
    say(succeed(1, operator.apply("-v"))); // shop is held, and blog's repository is out of reach
    host.write(
        "/root/config.yaml", "repo: https://%s@127.0.0.1:1/x.git\n".formatted(TOKEN), "0600");
    for (String command : List.of("plan", "apply")) {
      say(succeed(69, host.exec("reconcile", command, "-v", "--config", "/root/config.yaml")));
    }
    host.write(FILE, NEW + "\n", "0600");
    operator.push(DesiredTree.of("blog"));
    say(succeed(0, operator.apply()));
    host.run("touch", "/root/enough");
  }

  private static void say(Result result) {
    said.append(result.stdout()).append(result.stderr());
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static List<String> filesWith(String text) {
    return host.runScript(
            "grep -rIl --devices=skip -e '%s' /etc /run /tmp /var /usr/share/nginx /opt /home /srv || true"
                .formatted(text))
        .lines()
        .sorted()
        .toList();
  }

  @Test
  void nothingThatIsSaidShowsOne() {
    assertThat(said.toString())
        .contains("gunicorn@shop.service", "***@127.0.0.1")
        .doesNotContain(OLD, NEW, TOKEN);
  }

  @Test
  void noProcessHasOneInItsCommandLine() {
    String seen = host.read("/root/seen");
    assertThat(seen).contains("reconcile.jar", "pip install", "systemctl");
    assertThat(seen).doesNotContain(OLD, NEW, TOKEN);
  }

  @Test
  void journalHasNone() {
    assertThat(host.run("journalctl", "--no-pager")).doesNotContain(OLD, NEW, TOKEN);
  }

  @Test
  void onlyRootsBackupsKeepOne() {
    assertThat(filesWith(OLD))
        .isNotEmpty()
        .allMatch(file -> file.startsWith("/var/lib/reconcile/backup/"));
    assertThat(filesWith(NEW))
        .contains(FILE)
        .allMatch(file -> file.equals(FILE) || file.startsWith("/var/lib/reconcile/backup/"));
    assertThat(host.run("stat", "-c", "%U %a", "/var/lib/reconcile/backup"))
        .isEqualTo("root 700\n");
    for (String user : List.of("bob", "www-data", Layout.of("blog").user())) {
      assertThat(
              host.sh(
                      "runuser -u %s -- grep -rIls -e '%s' -e '%s' /etc /var/lib/reconcile /run /tmp"
                          .formatted(user, OLD, NEW))
                  .stdout())
          .isEmpty();
    }
  }

  @Test
  void tokensOfAddressesAreKeptNowhereButInTheRepo() {
    assertThat(filesWith(TOKEN)).allMatch(file -> isInARepository(file));
  }

  private static boolean isInARepository(String file) {
    return file.startsWith("/var/lib/reconcile/repo.git/");
  }
}

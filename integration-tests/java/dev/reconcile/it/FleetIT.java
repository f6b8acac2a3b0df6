// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Three hosts with systemd, nginx and gunicorn that take turns on a real etcd cluster, with
 * certificates and roles.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FleetIT {
  private static final String SECTION =
      """
      version: 1
      fleet:
        etcd: [https://web1:2379, https://web2:2379, https://web3:2379]
        canary: [web1]
        max_unavailable: 3
      """;

  private static FleetHosts fleet;
  private static int greeting;

  @BeforeAll
  static void boot() {
    fleet = FleetHosts.boot();
    fleet.push(tree("version: 1\n", ""));
    FleetHosts.NAMES.forEach(name -> succeed(0, fleet.apply(name)));
  }

  @AfterAll
  static void close() {
    if (fleet != null) {
      fleet.close();
    }
  }

  private static DesiredTree tree(String main, String more) {
    return DesiredTree.bare()
        .withRaw("reconcile.yaml", main)
        .withRaw("src/plain/version.txt", greeting + "\n")
        .withRaw(
            "apps/shop.yaml",
            """
            source: {folder: src/plain}
            site: {server_name: shop.test}
            env: {GREETING: 'hello %d'}
            %s
            """
                .formatted(greeting, more));
  }

  /** Pushes a commit with another greeting. */
  private static String change(String more) {
    greeting++;
    fleet.push(tree(SECTION, more));
    return "hello " + greeting;
  }

  private static void assertAllAnswer(String words) {
    for (String name : FleetHosts.NAMES) {
      assertThat(fleet.page(name)).as(name).startsWith(words);
    }
  }

  @Test
  @Order(1)
  void theGroupIsStartedOnce() {
    String words = change("");
    assertThat(succeed(69, fleet.apply("web2")).stderr())
        .contains("The engine has no record of this group", "reconcile fleet start");
    assertThat(fleet.page("web2")).startsWith("hello 0");
    succeed(0, fleet.type("web1", "reconcile fleet start"));
    assertThat(succeed(0, fleet.apply("web2")).stderr()).contains("Waits for the canaries");
    assertThat(fleet.page("web2")).startsWith("hello 0");
    FleetHosts.NAMES.forEach(name -> succeed(0, fleet.apply(name)));
    assertAllAnswer(words);
    assertThat(succeed(0, fleet.type("web3", "reconcile fleet status")).stdout())
        .contains("complete: 3 of 3 hosts have it")
        .containsPattern("web1 .*well .*canary");
  }

  @Test
  @Order(2)
  void aRolloutLosesNoRequest() {
    String words = change("");
    fleet
        .on("web2")
        .runScript(
            """
            cat >/root/load.sh <<'END'
            while [ ! -e /root/enough ]; do
              curl -so /dev/null --max-time 20 -w '%{http_code}\\n' -H 'Host: shop.test' \
                http://localhost/
            done >/root/answers
            END
            systemd-run -q --unit=load sh /root/load.sh
            """);
    succeed(0, fleet.apply("web1"));
    succeed(0, fleet.apply("web2"));
    String answers =
        fleet
            .on("web2")
            .runScript(
                "touch /root/enough; sleep 0.5; sort /root/answers | uniq -c; rm /root/enough");
    assertThat(answers.strip().split("\n")).as(answers).hasSize(1);
    assertThat(answers).contains(" 200");
    succeed(0, fleet.apply("web3"));
    assertAllAnswer(words);
  }

  @Test
  @Order(3)
  void aBadCommitReachesTheCanaryAndNoOtherHost() throws IOException {
    String words = "hello " + greeting;
    fleet.push(tree(SECTION, "").withRaw("src/plain/main.py", "raise RuntimeError('bad')\n"));
    Result bad = fleet.apply("web1");
    assertThat(bad.exitCode()).as(bad.stdout() + bad.stderr()).isEqualTo(3);
    assertThat(succeed(0, fleet.apply("web2")).stderr()).contains("The rollout is halted", "web1");
    assertThat(succeed(0, fleet.apply("web3")).stderr()).contains("The rollout is halted");
    assertAllAnswer(words);
    String typed = "reconcile fleet status --html /var/www/fleet.html";
    assertThat(succeed(1, fleet.type("web2", typed)).stdout())
        .containsPattern("web1 .*failed .*shop");
    assertThatThePageIsOfUse(fleet.on("web2").read("/var/www/fleet.html"));
    String good = change("");
    FleetHosts.NAMES.forEach(name -> succeed(0, fleet.apply(name)));
    assertAllAnswer(good);
  }

  // docs/images/status.sh makes the picture of the documentation of it.
  private static void assertThatThePageIsOfUse(String html) throws IOException {
    Path folder = Files.createDirectories(Path.of("target/status-page").toAbsolutePath());
    Path page = Files.writeString(folder.resolve("fleet.html"), html);
    Browser browser = new Browser(folder);
    for (int width : List.of(1280, 390)) {
      assertThat(browser.measure(page, width, width == 390))
          .contains("width=" + width, "scroll=" + width, "requests=0", "scripts=0");
    }
  }

  @Test
  @Thorough
  @Order(4)
  void oneMemberMayFailAndTwoMayNot() {
    fleet.stopMember("web3");
    fleet.awaitEngine();
    String words = change("");
    succeed(0, fleet.apply("web1"));
    succeed(0, fleet.apply("web2"));
    fleet.stopMember("web2");
    fleet.on("web3").run("rm", "/etc/gunicorn/shop.env");
    Result ran = succeed(69, fleet.apply("web3"));
    assertThat(ran.stderr()).contains("The engine is out of reach");
    assertThat(fleet.on("web3").read("/etc/gunicorn/shop.env")).contains("hello");
    assertThat(fleet.page("web3")).startsWith("hello " + (greeting - 1));
    fleet.startMember("web2");
    fleet.startMember("web3");
    fleet.awaitEngine();
    succeed(0, fleet.apply("web3"));
    assertAllAnswer(words);
  }

  @Test
  @Order(5)
  void neverTwoHostsRunReleaseSteps() {
    String data = "data: [/srv/shop-data]\n";
    change(data);
    FleetHosts.NAMES.forEach(name -> succeed(0, fleet.apply(name)));
    String wait = "while [ -e /srv/shop-data/wait ]; do sleep 0.1; done";
    change(data + "release: [\"sh -c '%s'\"]%n".formatted(wait));
    succeed(0, fleet.apply("web1"));
    String before = built("web3");
    fleet
        .on("web2")
        .runScript(
            """
            touch /srv/shop-data/wait
            systemd-run -q --unit=at-it reconcile
            for _ in $(seq 300); do
              grep -q '"grant"' /var/lib/reconcile/fleet.json && break
              sleep 0.1
            done
            """);
    Result waits = succeed(0, fleet.apply("web3"));
    assertThat(waits.stderr()).contains("Waits for its turn", "web2");
    assertThat(built("web3")).as("the slot is held only for the switch").isNotEqualTo(before);
    fleet
        .on("web2")
        .runScript("rm /srv/shop-data/wait; sleep 1; systemctl is-active at-it || true");
    fleet
        .on("web2")
        .runScript(
            "for _ in $(seq 300); do systemctl is-active -q at-it || break; sleep 0.1; done");
    succeed(0, fleet.apply("web3"));
    assertAllAnswer("hello " + greeting);
  }

  /** The code of the app that a host has, live or not. */
  private static String built(String name) {
    return fleet.on(name).run("ls", "/var/lib/reconcile/checkouts/shop");
  }

  @Test
  @Order(6)
  void aHostThatIsKilledKeepsItsSlotAndCompletes() {
    String words = change("");
    succeed(0, fleet.apply("web1"));
    fleet
        .on("web2")
        .runScript(
            """
            systemd-run -q --unit=killed reconcile
            for _ in $(seq 600); do
              grep -q '"grant"' /var/lib/reconcile/fleet.json && break
              sleep 0.05
            done
            systemctl kill --signal=KILL killed
            """);
    assertThat(succeed(0, fleet.apply("web3")).stderr()).contains("Waits for its turn", "web2");
    assertThat(succeed(0, fleet.type("web1", "reconcile fleet status")).stdout())
        .containsPattern("web2 .*at it");
    succeed(0, fleet.apply("web2"));
    succeed(0, fleet.apply("web3"));
    assertAllAnswer(words);
  }

  /** Answers as long as its database is up, for which a file stands. */
  private static final String NEEDS_DATABASE =
      """
      import os


      def app(environ, start_response):
          up = os.path.exists("/srv/up")
          start_response("200 OK" if up else "500 Down", [("Content-Type", "text/plain")])
          return [os.environ["GREETING"].encode()]
      """;

  @Test
  @Thorough
  @Order(7)
  void aHostWhoseDatabaseIsDownKeepsItsSlotUntilItIsWell() {
    FleetHosts.NAMES.forEach(name -> fleet.on(name).run("touch", "/srv/up"));
    greeting++;
    fleet.push(tree(SECTION, "").withRaw("src/plain/main.py", NEEDS_DATABASE));
    FleetHosts.NAMES.forEach(name -> succeed(0, fleet.apply(name)));
    greeting++;
    fleet.push(tree(SECTION, "").withRaw("src/plain/main.py", NEEDS_DATABASE));
    fleet.on("web1").run("rm", "/srv/up");
    Result down = fleet.apply("web1");
    assertThat(down.exitCode()).as(down.stdout() + down.stderr()).isIn(1, 3);
    assertThat(succeed(1, fleet.type("web2", "reconcile fleet status")).stdout())
        .containsPattern("web1 .*unwell");
    assertThat(succeed(0, fleet.apply("web2")).stderr()).contains("The rollout is halted");
    fleet.on("web1").run("touch", "/srv/up");
    succeed(0, fleet.type("web1", "reconcile --only shop"));
    succeed(0, fleet.apply("web2"));
    succeed(0, fleet.apply("web3"));
    assertAllAnswer("hello " + greeting);
    succeed(0, fleet.type("web2", "reconcile fleet status"));
    theSameAfterARunOfTheTimer();
  }

  private static void theSameAfterARunOfTheTimer() {
    greeting++;
    fleet.push(tree(SECTION, "").withRaw("src/plain/main.py", NEEDS_DATABASE));
    fleet.on("web1").run("rm", "/srv/up");
    assertThat(fleet.apply("web1").exitCode()).isIn(1, 3);
    fleet.on("web1").run("touch", "/srv/up");
    succeed(0, fleet.apply("web1"));
    assertThat(succeed(1, fleet.type("web2", "reconcile fleet status")).stdout())
        .containsPattern("web1 .*failed");
    assertThat(fleet.on("web1").read("/var/lib/reconcile/fleet.json")).doesNotContain("grant");
    succeed(0, fleet.type("web1", "reconcile --only shop"));
    succeed(0, fleet.apply("web2"));
    succeed(0, fleet.apply("web3"));
    assertAllAnswer("hello " + greeting);
    succeed(0, fleet.type("web2", "reconcile fleet status"));
  }

  @Test
  @Order(8)
  void anOperatorHaltsResumesAndSkips() {
    succeed(
        0, fleet.type("web3", "reconcile fleet halt --reason 'the payment provider is down, Ann'"));
    String words = change("");
    assertThat(succeed(0, fleet.apply("web1")).stderr())
        .contains("The rollout is halted", "on web3", "the payment provider is down, Ann");
    succeed(1, fleet.type("web2", "reconcile fleet status"));
    succeed(0, fleet.type("web2", "reconcile fleet resume"));
    FleetHosts.NAMES.forEach(name -> succeed(0, fleet.apply(name)));
    assertAllAnswer(words);
    assertThat(succeed(0, fleet.type("web1", "reconcile fleet skip web3")).stdout())
        .contains("Nobody waits for web3");
  }

  @Test
  @Order(9)
  void doctorFindsWhatIsWrongWithTheFleet() {
    assertThat(fleet.type("web2", "reconcile doctor || true").stdout())
        .doesNotContain("fleet", "engine", "Engine", "Role", "etcd");
    fleet.on("web2").run("chmod", "0644", "/etc/reconcile/fleet/key.pem");
    fleet.stopMember("web3");
    fleet.awaitEngine();
    String found = fleet.type("web2", "reconcile doctor || true").stdout();
    assertThat(found)
        .contains("Exposed file of the fleet", "Member of the engine down", "https://web3:2379")
        .contains("chmod 0600 /etc/reconcile/fleet/key.pem");
    fleet.type("web2", "chmod 0600 /etc/reconcile/fleet/key.pem");
    fleet.startMember("web3");
    fleet.awaitEngine();
  }
}

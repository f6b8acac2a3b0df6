// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Ports and socket suffixes: each app keeps its own, whoever comes and goes. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AllocationIT {
  private static final Pattern ENTRY = Pattern.compile("^  \"?([a-z0-9-]+)\"?: ([0-9]+)$");
  private static final List<String> TEN =
      List.of("p0", "p1", "p2", "p3", "p4", "s0", "s1", "s2", "s3", "s4");

  private static Operator operator;
  private static TestHost host;
  private static DesiredTree tree;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    tree = DesiredTree.bare();
    TEN.forEach(app -> tree = withApp(tree, app));
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static DesiredTree withApp(DesiredTree tree, String app) {
    String bind = app.startsWith("p") ? "port" : "socket-suffix";
    return tree.plain(app, "gunicorn: {workers: 1, bind: " + bind + "}\n");
  }

  /** What {@code reconcile allocate} makes of the ledger of a tree. */
  private static String allocate(DesiredTree tree, String... options) {
    host.runScript("rm -rf /root/tree && mkdir /root/tree");
    tree.files().forEach((path, text) -> host.write("/root/tree/" + path, text, "0644"));
    List<String> argv = new ArrayList<>(List.of("reconcile", "allocate", "/root/tree"));
    argv.addAll(List.of(options));
    succeed(0, host.exec(argv.toArray(String[]::new)));
    return host.read("/root/tree/allocations.yaml");
  }

  private static Map<String, Integer> numbers(String ledger) {
    Map<String, Integer> numbers = new TreeMap<>();
    ledger
        .lines()
        .map(ENTRY::matcher)
        .filter(Matcher::matches)
        .forEach(entry -> numbers.put(entry.group(1), Integer.parseInt(entry.group(2))));
    return numbers;
  }

  private static void assertServed(String app, int number) {
    boolean port = app.startsWith("p");
    String address = port ? "127.0.0.1:" + number : "/run/" + app + "_gunicorn-" + number + ".sock";
    assertThat(operator.page(app)).isEqualTo(DesiredTree.answer(app));
    assertThat(host.read("/etc/nginx/sites-available/" + app)).contains(address + ";");
    assertThat(host.read("/etc/gunicorn/" + app + ".env")).contains(address);
    assertThat(host.run("systemctl", "show", "-P", "Listen", "gunicorn@" + app + ".socket"))
        .contains(address);
  }

  @Test
  @Order(1)
  void aHostChoosesAsTheLedgerWillAndSaysSo() {
    operator.push(tree);

    Result first = succeed(0, operator.apply());

    assertThat(first.stderr())
        .contains("Allocations missing from the repo")
        .contains("reconcile allocate");
    String ledger = allocate(tree);
    assertThat(numbers(ledger)).hasSize(10);
    numbers(ledger).forEach(AllocationIT::assertServed);
    tree = tree.with("allocations.yaml", ledger);
    operator.push(tree);
    Result second = succeed(0, operator.apply());
    assertThat(second.stdout()).startsWith("No changes");
    assertThat(second.stderr()).doesNotContain("missing from the repo");
  }

  @Test
  @Order(2)
  void nobodyMovesOrRestartsWhenAppsComeAndGo() {
    Map<String, Integer> before = numbers(tree.files().getOrDefault("allocations.yaml", ""));
    List<String> stay = TEN.stream().filter(app -> !app.equals("p2")).toList();
    Map<String, List<Integer>> workers = operator.workers(stay);
    DesiredTree changed = withApp(withApp(tree.withoutApp("p2"), "p-new"), "s-new");
    String ledger = allocate(changed);
    tree = changed.with("allocations.yaml", ledger);

    operator.converge(tree);

    assertThat(operator.workers(stay)).isEqualTo(workers);
    assertThat(numbers(ledger)).containsAllEntriesOf(before).hasSize(12);
    assertServed("p-new", numbers(ledger).getOrDefault("p-new", 0));
    assertServed("s-new", numbers(ledger).getOrDefault("s-new", 0));
    operator.assertConverged();
    DesiredTree back = withApp(tree, "p2");
    assertThat(allocate(back)).as("the number waits for its app").isEqualTo(ledger);
  }

  @Test
  @Order(3)
  void aPortThatAnotherProgramHoldsIsAnErrorThatNamesIt() {
    DesiredTree more = withApp(tree, "p-late");
    String ledger = allocate(more);
    int port = numbers(ledger).getOrDefault("p-late", 0);
    host.runScript(
        "setsid python3 -m http.server --bind 127.0.0.1 "
            + port
            + " > /dev/null 2>&1 & echo $!"
            + " > /root/stranger; for _ in $(seq 100); do ss -ltn | grep -q :"
            + port
            + " && break; sleep 0.1; done");
    String pid =
        host.runScript("ss -Hltnp sport = :" + port + " | grep -o 'pid=[0-9]*' | cut -d= -f2")
            .strip();
    operator.push(more.with("allocations.yaml", ledger));

    Result refused = operator.apply();

    assertThat(refused.exitCode()).isEqualTo(3);
    assertThat(refused.stdout() + refused.stderr())
        .contains("The port " + port + " of p-late is held by pid " + pid + " (python3")
        .contains("reconcile allocate --reassign p-late");
    host.run("kill", pid);
    String reassigned = allocate(more.with("allocations.yaml", ledger), "--reassign", "p-late");
    assertThat(numbers(reassigned).get("p-late")).isNotEqualTo(port);
  }

  @Thorough
  @Test
  @Order(4)
  void aNumberAssignedTwiceIsNamedAndNothingIsTouched() {
    Map<String, Integer> numbers = numbers(tree.files().getOrDefault("allocations.yaml", ""));
    String merged =
        tree.files()
            .getOrDefault("allocations.yaml", "")
            .replace("s1: " + numbers.get("s1"), "s1: " + numbers.get("s0"));
    operator.push(tree.with("allocations.yaml", merged));

    Result refused = operator.apply();

    assertThat(refused.exitCode()).isEqualTo(65);
    assertThat(refused.stderr())
        .contains("is assigned to both \"s0\" and \"s1\"")
        .contains("reconcile allocate --reassign s1");
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Three hosts run an app behind the nginx of a fourth. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BalanceIT {
  private static final List<String> NAMES = List.of("web1", "web2", "web3", "lb1");
  private static final String REPOSITORY = "desired";

  /**
   * Answers with its greeting, its host and what it sees of the visitor. It is slow before its
   * answer, or after the beginning of its answer.
   */
  private static final String CODE =
      """
      import os
      import platform
      import time


      def app(environ, start_response):
          path = environ["PATH_INFO"]
          if path == "/slow":
              time.sleep(3)
          start_response("200 OK", [("Content-Type", "text/plain")])
          if path == "/begun":
              yield b"begun "
              time.sleep(3)
          names = ["HTTP_HOST", "HTTP_X_REAL_IP", "HTTP_X_FORWARDED_FOR", "wsgi.url_scheme"]
          seen = [str(environ.get(name, "-")) for name in names]
          yield " ".join([os.environ["GREETING"], platform.node()] + seen).encode()
      """;

  /** Asks by https until it is told to stop, three at a time. */
  private static final String LOAD =
      """
      cat >/root/load.sh <<'END'
      while [ ! -e /root/enough ]; do
        curl -ksSo /dev/null --max-time 60 -w '%{http_code}\\n' \
          --resolve shop.test:443:127.0.0.1 https://shop.test/ 2>&1
      done
      END
      rm -f /root/enough /root/answers.*
      for i in 1 2 3; do
        systemd-run -q --unit=load-$i sh -c "sh /root/load.sh >/root/answers.$i"
      done
      sleep 0.5
      """;

  private static final String ENOUGH =
      """
      touch /root/enough
      for i in 1 2 3; do
        while systemctl is-active -q load-$i; do sleep 0.1; done
      done
      cat /root/answers.* | sort | uniq -c
      """;

  /** Asks three times at once, and shows what each got. */
  private static final String AT_ONCE =
      """
      cat >/root/at-once.sh <<'END'
      for i in 1 2 3; do
        curl -ksSo /dev/null --max-time 60 -w '%{http_code} %{exitcode}\\n' \
          --resolve shop.test:443:127.0.0.1 https://shop.test/$1 2>/dev/null &
      done
      wait
      END
      systemd-run -q --unit=at-once-$1 sh -c "sh /root/at-once.sh $1 >/root/got.$1"
      """;

  private static final Map<String, String> ADDRESSES = new LinkedHashMap<>();
  private static HostNetwork hosts;

  @BeforeAll
  static void boot() {
    hosts = HostNetwork.boot(NAMES);
    for (String name : NAMES) {
      TestHost host = on(name);
      Stage.makeQuickPython(host);
      host.runScript(
          "mkdir -p /etc/reconcile; echo 'repo: %s' >/etc/reconcile/config.yaml"
              .formatted(host.git().fileUrl(REPOSITORY)));
      ADDRESSES.put(name, host.run("hostname", "-i").strip());
    }
    push("hello", "");
    NAMES.parallelStream().forEach(name -> succeed(0, apply(name)));
  }

  @AfterAll
  static void close() {
    if (hosts != null) {
      hosts.close();
    }
  }

  private static TestHost on(String name) {
    return hosts.on(name);
  }

  /** Commits the same tree on each of the hosts. */
  private static void push(String greeting, String more, String... hosts) {
    push(greeting, "to: [web1, web2, web3]" + more, ADDRESSES, hosts);
  }

  private static void push(
      String greeting, String more, Map<String, String> addresses, String... hosts) {
    DesiredTree tree =
        DesiredTree.bare()
            .withRaw("src/shop/main.py", CODE)
            .withRaw("src/shop/static/site.css", "body {}\n")
            .withRaw(
                "apps/shop.yaml",
                """
                source: {folder: src/shop}
                env: {GREETING: %s}
                venv: {python: %s}
                gunicorn: {workers: 1, options: {threads: 8}}
                balance: {on: [lb1], port: 8080, %s}
                site:
                  server_name: shop.test
                  tls: self-signed
                  client_max_body_size: 1M
                  static: {/static/: static}
                """
                    .formatted(greeting, Stage.QUICK_PYTHON, more));
    for (Map.Entry<String, String> address : addresses.entrySet()) {
      tree =
          tree.withRaw(
              "hosts/" + address.getKey() + ".yaml", "address: " + address.getValue() + "\n");
    }
    Map<String, String> files = tree.files();
    for (String name : hosts.length == 0 ? NAMES : List.of(hosts)) {
      on(name).git().push(REPOSITORY, files);
    }
  }

  private static Result apply(String name) {
    return hosts.apply(name);
  }

  /** Types a command line. */
  private static Result type(String name, String line) {
    return hosts.type(name, line);
  }

  /** What a visitor from a host gets. */
  private static String page(String from, String path, String... options) {
    List<String> argv = new ArrayList<>(List.of("curl", "-ksS", "--max-time", "20"));
    argv.addAll(List.of("--resolve", "shop.test:443:" + ADDRESSES.get("lb1")));
    argv.addAll(List.of(options));
    argv.add("https://shop.test" + path);
    return on(from).run(argv.toArray(String[]::new));
  }

  /** The answers that visitors got while something was done, with their number. */
  private static String answersDuring(Runnable run) {
    on("lb1").runScript(LOAD);
    run.run();
    return on("lb1").runScript(ENOUGH).strip();
  }

  private static void assertNoneFailed(String answers) {
    assertThat(answers.lines()).as(answers).hasSize(1);
    assertThat(answers).endsWith(" 200");
  }

  private static List<String> hostsThatAnswer() {
    List<String> hosts = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      hosts.add(page("lb1", "/").split(" ", -1)[1]);
    }
    return hosts.stream().distinct().sorted().toList();
  }

  @Test
  @Order(1)
  void theAppSeesTheVisitorAndNobodyElseReachesIt() {
    assertThat(hostsThatAnswer()).containsExactly("web1", "web2", "web3");
    String seen =
        page(
            "web1",
            "/",
            "-H",
            "X-Forwarded-For: 192.0.2.6",
            "-H",
            "X-Real-IP: 192.0.2.6",
            "-H",
            "X-Forwarded-Proto: gopher");
    String visitor = ADDRESSES.get("web1");
    assertThat(seen).endsWith(" shop.test %s 192.0.2.6, %s https".formatted(visitor, visitor));
    String back = "curl -sSo /dev/null -w '%%{http_code}' http://%s:8080/";
    for (String name : List.of("web1", "web2")) {
      assertThat(on(name).runScript(back.formatted(visitor))).as(name).isEqualTo("403");
    }
    assertThat(on("lb1").runScript(back.formatted(visitor))).isEqualTo("200");
    assertThat(page("web1", "/static/site.css")).isEqualTo("body {}\n");
    String tooLarge = "head -c 2000000 /dev/zero >/tmp/large";
    on("web1").runScript(tooLarge);
    assertThat(
            page(
                "web1",
                "/",
                "--data-binary",
                "@/tmp/large",
                "-o",
                "/dev/null",
                "-w",
                "%{http_code}"))
        .isEqualTo("413");
  }

  @Test
  @Order(2)
  void theBalancerHasTheSiteAndNothingElse() {
    assertThat(on("lb1").sh("ls /usr/share/nginx/shop /etc/gunicorn /run/shop_gunicorn.sock").ok())
        .isFalse();
    assertThat(succeed(0, type("lb1", "reconcile plan")).stdout()).contains("No changes");
    assertThat(succeed(0, type("lb1", "reconcile status")).stdout())
        .contains("shop.test (200) -> web1 (200), web2 (200), web3 (200)", "Healthy");
    assertThat(succeed(0, type("lb1", "reconcile status --json")).stdout())
        .contains("\"balanced_to\"", "\"host\" : \"web2\"");
    assertThat(succeed(0, type("web1", "reconcile status")).stdout()).contains("Healthy");
    assertThat(succeed(64, type("lb1", "reconcile restart shop")).stderr())
        .contains("It runs on web1, web2, web3");
    assertThat(type("web1", "reconcile maintenance shop on").stderr())
        .contains("App behind balancers", "lb1");
  }

  @Test
  @Order(3)
  void aRolloutLosesNoRequest() {
    String answers =
        answersDuring(() -> {
          push("welcome", "");
          NAMES.forEach(name -> succeed(0, apply(name)));
        });
    assertNoneFailed(answers);
    assertThat(page("lb1", "/")).startsWith("welcome ");
  }

  @Test
  @Order(4)
  void anAppThatDoesNotListenIsPassedOver() {
    on("web1").run("systemctl", "stop", "gunicorn@shop.socket", "gunicorn@shop.service");
    assertNoneFailed(answersDuring(() -> on("lb1").run("sleep", "2")));
    assertThat(hostsThatAnswer()).containsExactly("web2", "web3");
    on("web1").run("systemctl", "start", "gunicorn@shop.socket", "gunicorn@shop.service");
  }

  @Test
  @Order(5)
  void whatIsOutGetsNoRequests() {
    push("welcome", ", out: [web2]", "lb1");
    succeed(0, apply("lb1"));
    assertThat(hostsThatAnswer()).containsExactly("web1", "web3");
    assertThat(succeed(0, type("lb1", "reconcile status")).stdout()).contains("web2 (out)");
    push("welcome", "", "lb1");
    succeed(0, apply("lb1"));
    assertThat(hostsThatAnswer()).containsExactly("web1", "web2", "web3");
  }

  @Test
  @Thorough
  @Order(6)
  void aBalancerMayRunTheAppForAWhile() {
    String answers =
        answersDuring(() -> {
          push("both", "to: [lb1, web1, web2, web3]", ADDRESSES);
          NAMES.forEach(name -> succeed(0, apply(name)));
          assertThat(hostsThatAnswer()).contains("lb1");
          push("both", "");
          succeed(0, type("lb1", "reconcile apply --max-prune 5"));
        });
    assertNoneFailed(answers);
    assertThat(hostsThatAnswer()).containsExactly("web1", "web2", "web3");
    assertThat(on("lb1").sh("ls /usr/share/nginx/shop /etc/gunicorn/shop.env").ok()).isFalse();
    assertThat(succeed(0, type("lb1", "reconcile status")).stdout()).contains("Healthy");
  }

  @Test
  @Thorough
  @Order(7)
  void theAddressesMayBeOfIpv6() {
    Map<String, String> addresses = new LinkedHashMap<>();
    for (String name : NAMES) {
      addresses.put(name, "fd00::" + (addresses.size() + 1));
      on(name)
          .run("ip", "-6", "address", "add", addresses.get(name) + "/64", "dev", "eth0", "nodad");
    }
    push("six", "to: [web1, web2, web3]", addresses);
    NAMES.forEach(name -> succeed(0, apply(name)));
    assertThat(hostsThatAnswer()).containsExactly("web1", "web2", "web3");
    assertThat(on("web1").runScript("ss -Hltn sport = :8080")).contains("[fd00::1]:8080");
    push("six", "");
    NAMES.forEach(name -> succeed(0, apply(name)));
  }

  @Test
  @Order(8)
  void aHostThatDiesLosesOnlyAnswersThatHaveBegun() {
    Supplier<String> loaded =
        () ->
            answersDuring(() -> {
              for (String path : List.of("slow", "begun")) {
                on("lb1").run("sh", "-ec", AT_ONCE, "sh", path);
              }
              on("lb1").run("sleep", "1");
              on("web3").kill();
              on("lb1").run("sleep", "4");
            });
    assertNoneFailed(loaded.get());
    assertThat(on("lb1").read("/root/got.slow").lines()).containsOnly("200 0").hasSize(3);
    assertThat(on("lb1").read("/root/got.begun").lines().filter(line -> line.equals("200 0")))
        .hasSizeGreaterThanOrEqualTo(1);
    assertThat(hostsThatAnswer()).containsExactly("web1", "web2");
    assertThat(succeed(1, type("lb1", "reconcile status")).stdout())
        .contains("web3 (no answer)", "web3 does not answer");
  }
}

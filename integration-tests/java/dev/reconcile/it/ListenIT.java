// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Where sites listen, beside all that listens there already. */
class ListenIT {
  private static final String V4 = "127.0.0.1";
  private static final String V6 = "[::1]";
  private static final String REFUSED = "refused";

  private static final String HAND = "/etc/nginx/conf.d/hand.conf";

  /** Answers with the Host that it was asked for, and the scheme. */
  private static final String CODE =
      """
      def app(environ, start_response):
          start_response("200 OK", [("Content-Type", "text/plain")])
          return [(environ["HTTP_HOST"] + " " + environ["HTTP_X_FORWARDED_PROTO"]).encode()]
      """;

  /** Holds port 80 of IPv6 alone. */
  private static final String PROGRAM =
      """
      import socket, time
      s = socket.socket(socket.AF_INET6)
      s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
      s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
      s.bind(("::", 80))
      s.listen()
      time.sleep(600)
      """;

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    host.write("/root/program.py", PROGRAM, "0644");
    alone();
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  /** No site and no file by hand, so that no port is open for IPv6. */
  @AfterEach
  void empty() {
    operator.push(DesiredTree.bare());
    succeed(0, operator.apply("--max-prune", "9"));
    alone();
    assertThat(ask(V6, "http://any.test/")).isEqualTo(REFUSED);
  }

  private static void alone() {
    host.runScript("rm -f %s /etc/nginx/sites-enabled/default".formatted(HAND));
    host.run("systemctl", "restart", "nginx.service");
  }

  private static DesiredTree tree(String... sites) {
    DesiredTree tree = DesiredTree.bare().with("src/listen/main.py", CODE);
    for (int i = 0; i < sites.length; i += 2) {
      tree =
          tree.with(
              "apps/" + sites[i] + ".yaml",
              "source: {folder: src/listen}\nsite:\n"
                  + "server_name: %s.test\n%s".formatted(sites[i], sites[i + 1]).indent(2));
    }
    return tree;
  }

  /** What a client at an address gets for a URL. */
  private static String ask(String address, String url) {
    return ask(host, address, url);
  }

  private static String ask(TestHost host, String address, String url) {
    String format = "%{http_code} %{http_version} %{redirect_url}";
    Result answer =
        host.exec(
            "curl", "-sgk", "-m", "20", "-w", format, "--connect-to", "::" + address + ":", url);
    return answer.exitCode() == 7 ? REFUSED : answer.stdout().strip();
  }

  /** A site that a person wrote. */
  private static void hand(String lines) {
    host.write(
        HAND, "server { %s server_name hand.test; return 200 hand; }\n".formatted(lines), "0644");
    host.run("systemctl", "reload-or-restart", "nginx.service");
  }

  private static String said(int code, DesiredTree tree) {
    operator.push(tree);
    Result result = succeed(code, operator.apply());
    return result.stdout() + result.stderr();
  }

  private static void assertAnswers(String app, String... addresses) {
    for (String address : addresses) {
      assertThat(ask(address, "http://" + app + ".test/"))
          .as(address)
          .startsWith(app + ".test http200");
    }
  }

  @Test
  void visitorsOfBothFamiliesReachTheAddressesOfTheirSite() {
    operator.converge(
        tree(
            "plain", "",
            "tls", "tls: self-signed",
            "four", "listen: 0.0.0.0",
            "ports", "listen: [127.0.0.2, \"[::1]:8080\", 8081]",
            "moved", "listen: [80, 8443]\ntls: self-signed"));

    assertAnswers("plain", V4, V6);
    for (String address : List.of(V4, V6)) {
      assertThat(ask(address, "https://tls.test/")).as(address).isEqualTo("tls.test https200 2");
      assertThat(ask(address, "http://tls.test/a?b"))
          .as(address)
          .endsWith("301 1.1 https://tls.test/a?b");
      assertThat(ask(address, "http://ports.test:8081/")).startsWith("ports.test:8081 http200");
      assertThat(ask(address, "https://moved.test:8443/")).startsWith("moved.test:8443 https200");
      assertThat(ask(address, "http://moved.test/")).endsWith(" https://moved.test:8443/");
    }
    assertAnswers("four", V4);
    assertThat(ask(V6, "http://four.test/")).doesNotStartWith("four.test http200");
    assertAnswers("ports", "127.0.0.2");
    assertThat(ask(V6, "http://ports.test:8080/")).startsWith("ports.test:8080 http200");
    assertThat(ask(V4, "http://ports.test:8080/")).isEqualTo(REFUSED);
    operator.assertConverged();
  }

  @Test
  void serverOfIpv4AloneKeepsItsVisitors() {
    hand("listen 80;");
    DesiredTree tree = tree("plain", "", "tls", "tls: self-signed");

    assertThat(said(0, tree)).contains("Notice: Site without IPv6", HAND + ":1", "plain, tls");
    assertAnswers("plain", V4);
    assertThat(ask(V6, "http://hand.test/")).isEqualTo(REFUSED);
    assertThat(ask(V6, "https://tls.test/")).startsWith("tls.test https200");
    operator.assertConverged();

    hand("listen 80; listen [::]:80;");
    assertThat(said(0, tree)).doesNotContain("Notice");
    assertAnswers("plain", V4, V6);
    assertThat(ask(V6, "http://hand.test/")).startsWith("hand200");

    hand("listen 80;"); // a port that is open stays open
    operator.assertConverged();
    assertAnswers("plain", V4, V6);
  }

  @Thorough
  @Test
  void oneSocketForBothFamiliesIsShared() {
    hand("listen [::]:80 ipv6only=off;");
    assertThat(said(0, tree("plain", ""))).contains("Notice: IPv4 through a socket of IPv6", HAND);
    assertAnswers("plain", V4, V6);
    assertThat(ask(V4, "http://hand.test/")).startsWith("hand200");
    operator.assertConverged();
  }

  @Thorough
  @Test
  void programThatHasThePortKeepsIt() {
    host.run("systemd-run", "--unit=holder", "python3", "/root/program.py");
    host.runScript(
        "for i in $(seq 50); do ss -ltnH 'sport = 80' | grep -q :: && exit; sleep 0.1; done");
    assertThat(said(0, tree("plain", "")))
        .contains("Notice: Site without IPv6", "[::]:80 is held by pid", "(python3)");
    assertAnswers("plain", V4);
    operator.assertConverged();

    host.run("systemctl", "stop", "holder.service");
    operator.converge(tree("plain", ""));
    assertAnswers("plain", V4, V6);
  }

  @Test
  void linesOfExtraFromBeforeStay() {
    String extra =
        """
        extra: |
          listen [::]:80;
          allow 127.0.0.0/8;
          deny all;
        """;
    assertThat(said(0, tree("plain", extra, "tls", "tls: self-signed\nextra: listen [::]:80;")))
        .contains("Warning: Rules for IPv4 alone", "allow 127.0.0.0/8");
    assertAnswers("plain", V4);
    assertThat(ask(V6, "http://plain.test/")).contains("403");
    assertThat(ask(V4, "http://tls.test/")).contains("301");
    assertAnswers("tls", V6);
    operator.assertConverged();
  }

  @Test
  void defaultServerAnswersAllOtherNames() {
    String usual =
        "server { listen 80 default_server; listen [::]:80 default_server; return 404; }";
    host.write("/etc/nginx/sites-enabled/default", usual, "0644");
    host.run("systemctl", "reload-or-restart", "nginx.service");
    operator.converge(tree("all", "tls: self-signed", "plain", ""));
    assertThat(ask(V6, "http://any.test/")).contains("404 1.1");

    operator.push(tree("all", "tls: self-signed\ndefault_server: true", "plain", ""));
    assertThat(succeed(0, operator.apply("--take-over")).stdout())
        .contains("/etc/nginx/sites-enabled/default");
    for (String address : List.of(V4, V6)) {
      assertThat(ask(address, "https://any.test/")).startsWith("any.test https200");
      assertThat(ask(address, "http://any.test/")).endsWith("301 1.1 https://any.test/");
    }
    assertAnswers("plain", V4, V6);
    operator.assertConverged();
  }

  @Test
  void hostWithoutIpv6HasSitesOnIpv4UntilItGetsIt() {
    try (Operator without = Operator.on(TestHost.bootWithoutIpv6())) {
      TestHost old = without.host();
      old.runScript("rm -f /etc/nginx/sites-enabled/default; systemctl restart nginx.service");
      without.converge(tree("plain", "", "tls", "tls: self-signed"));
      assertThat(ask(old, V4, "http://plain.test/")).startsWith("plain.test http200");
      assertThat(ask(old, V4, "https://tls.test/")).startsWith("tls.test https200");
      assertThat(old.read("/etc/nginx/sites-available/plain")).doesNotContain("[::]");
      without.assertConverged();

      without.push(tree("plain", "listen: \"[::]\"", "tls", "tls: self-signed"));
      Result held = succeed(3, without.apply());
      assertThat(held.stdout() + held.stderr()).contains("No IPv6 on this host");

      without.push(tree("plain", "", "tls", "tls: self-signed"));
      old.run("umount", "/proc/sys/net"); // nginx still gets no socket for IPv6 here
      assertThat(without.plan().stdout())
          .contains("Site refused by nginx", "socket() [::]:80 failed (97");
    }
  }
}

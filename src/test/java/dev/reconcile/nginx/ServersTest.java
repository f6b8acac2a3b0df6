// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which server answers; {@code ServerChoiceIT} has nginx say the same. */
final class ServersTest {
  private static final String CONFIGURATION =
      """
      stream { server { listen 80; server_name stream; } }
      http {
        server { listen 80; server_name one.test .dot.test "_"; }
        server { listen 80; listen 8080 default_server; server_name *.one.test two.*; }
        server { listen *:80; server_name *.deep.one.test www.two.*; }
        server { server_name ~^(?<a_name>[a-z]+)[0-9]+\\.test$; listen 0.0.0.0:80; }
        server { listen 80; server_name ~test$ ONE.test; }
        server { listen 127.0.0.1:80; server_name local; }
        server { listen [::]:80; server_name six; }
        server { listen [::1]:80; server_name own-six; }
        server { listen 8080; server_name one.test; }
        server { listen unix:/run/x.sock; server_name socket; }
        server { server_name usual; }
        server { listen 443 ssl; server_name tls; }
        server { listen 443; listen 9000 proxy_protocol; server_name also-tls; }
        server { listen 9000; server_name also-proxied; }
        server { listen 7000-7002; server_name range; }
        server { listen somewhere.test:6000; server_name named; }
        server { listen 443 quic; server_name fast; }
      }
      """;

  private static final Servers SERVERS =
      Servers.of(ResolvedConfigTest.of("/etc/nginx/nginx.conf", CONFIGURATION));

  private static String who(String endpoint, String name) {
    Servers.Choice choice = SERVERS.choice(Endpoint.of(endpoint).orElseThrow().getFirst(), name);
    return choice.server().map(server -> server.names().getFirst()).orElse("nobody")
        + (choice.isCertain() ? "" : "?");
  }

  @ParameterizedTest
  @CsvSource({
    "80, one.test, one.test",
    "80, dot.test, one.test",
    "80, a.b.dot.test, one.test",
    "80, a.one.test, *.one.test",
    "80, a.deep.one.test, *.deep.one.test",
    "80, two.example, *.one.test",
    "80, www.two.example, *.deep.one.test",
    "80, shop17.test, ~^(?<a_name>[a-z]+)[0-9]+\\.test$",
    "80, any-other.test, ~test$",
    "80, nobody.example, one.test",
    "80, usual, usual",
    "8080, one.test, one.test",
    "8080, nobody.example, *.one.test",
    "127.0.0.1:80, one.test, local",
    "[::]:80, one.test, six",
    "[::1]:80, one.test, own-six",
    "[0:0::1]:80, one.test, own-six",
    "unix:/run/x.sock, one.test, socket",
    "443, also-tls, also-tls",
    "443, fast, tls",
    "7001, one.test, range",
    "5000, one.test, nobody?",
  })
  void whoAnswers(String endpoint, String name, String who) {
    assertThat(who(endpoint, name)).isEqualTo(who);
  }

  @Test
  void whatOneSaysOfAnAddressCountsForAll() {
    Endpoint tls = new Endpoint(Endpoint.Family.IPV4, Endpoint.ANY, 443);
    Endpoint proxied = new Endpoint(Endpoint.Family.IPV4, Endpoint.ANY, 9000);
    assertThat(SERVERS.manner(tls).isSsl()).isTrue();
    assertThat(SERVERS.manner(tls).isProxied()).isFalse();
    assertThat(SERVERS.manner(proxied).isProxied()).isTrue();
  }

  @Test
  void whoComesTooLateWithANameLosesWhatIsBelowItToo() {
    Servers servers =
        Servers.of(
            ResolvedConfigTest.of(
                "/etc/nginx/nginx.conf",
                """
                http {
                  server { server_name a.test; }
                  server { server_name .a.test; }
                  server { server_name *.b.test c.*; }
                  server { server_name .b.test c.*; }
                  server { server_name b.test; }
                }
                """));
    Endpoint port = Endpoint.of("80").orElseThrow().getFirst();
    Map<String, String> owners =
        Map.of(
            "a.test", "a.test",
            "x.a.test", "a.test", // the default server
            "x.b.test", "*.b.test",
            "b.test", "a.test",
            "c.example", "*.b.test");
    owners.forEach((name, owner) ->
        assertThat(servers.choice(port, name).server().map(one -> one.names().getFirst()))
            .describedAs(name)
            .contains(owner));
  }

  @Test
  void expressionThatIsNoneOfJavasIsNotCertain() {
    Servers servers =
        Servers.of(
            ResolvedConfigTest.of(
                "/etc/nginx/nginx.conf",
                "http { server { listen 80; server_name ~\\Qa(?|b)(*FAIL) x; }"
                    + " server { listen 80; server_name shop.test ~(?|a)(*FAIL); } }"));
    Endpoint port = new Endpoint(Endpoint.Family.IPV4, Endpoint.ANY, 80);
    assertThat(servers.choice(port, "shop.test").server().map(Server::place))
        .contains("/etc/nginx/nginx.conf:1");
    assertThat(servers.choice(port, "other.test").isCertain()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "80, [::]:80 ipv6only=off default_server, true",
    "127.0.0.1:80, [::]:80 ipv6only=off, true",
    "80, [0:0::0]:80 default_server ipv6only=off, true",
    "80, [::]:80 ipv6only=on, false",
    "80, [::]:80, false",
    "80, [::]:8080 ipv6only=off, false",
    "[::]:80, [::]:80 ipv6only=off, false",
    "80, [::1]:80 ipv6only=off, false",
    "80, [::]:80 ipv6only=off reuseport, false",
  })
  void whatHasAPortForBothFamiliesLeavesItToNoOther(String own, String rival, boolean conflicts) {
    Servers servers =
        Servers.of(
            ResolvedConfigTest.of(
                "/etc/nginx/nginx.conf",
                "http {\nserver { listen %s; server_name own; }\nserver { listen %s; }\n}\n"
                    .formatted(own, rival)));

    assertThat(servers.portConflict(servers.all().getFirst()).map(one -> one.rival().place()))
        .isEqualTo(conflicts ? Optional.of("/etc/nginx/nginx.conf:3") : Optional.<String>empty());
  }
}

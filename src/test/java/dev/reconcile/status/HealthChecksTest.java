// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.reconcile.model.Step.Probe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Many apps are asked side by side, and one that is silent costs no other anything. */
final class HealthChecksTest {
  private static Probe probe(int port, String path) {
    return new Probe(
        "x.service", "", "127.0.0.1:" + port, path, "localhost", 200, 399, Duration.ofMillis(700));
  }

  @Test
  void eachAnswerIsThatOfItsApp() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(
              exchange.getRequestURI().getPath().equals("/") ? 204 : 500, -1);
          exchange.close();
        });
    server.start();
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      int port = server.getAddress().getPort();
      Map<String, Probe> probes = new HashMap<>();
      probes.put("well", probe(port, "/"));
      probes.put("ill", probe(port, "/broken"));
      for (int i = 0; i < 20; i++) {
        probes.put("silent" + i, probe(silent.getLocalPort(), "/"));
      }
      long began = System.nanoTime();

      Map<String, Health> answers = HealthChecks.ask(probes);

      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
      assertThat(answers.get("well")).matches(one -> one.state() == Health.State.HEALTHY);
      assertThat(answers.get("well").status()).isEqualTo(204);
      assertThat(answers.get("ill").words()).isEqualTo("GET /broken is answered by 500");
      assertThat(answers.get("silent7").words()).isEqualTo("GET /: no answer in time");
    } finally {
      server.stop(0);
    }
  }
}

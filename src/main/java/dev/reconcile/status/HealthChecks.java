// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import dev.reconcile.host.HttpProbe;
import dev.reconcile.model.Step.Probe;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The health checks of many apps at the same time, with one request to each app's address. */
final class HealthChecks {
  // The limit is long enough for an app under load, and short enough for a waiting person.
  static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final int MOST_AT_ONCE = 128;

  private HealthChecks() {}

  /**
   * Sends the requests and waits for the answers.
   *
   * @param probes app to its probe
   * @return app to its health
   */
  static Map<String, Health> ask(Map<String, Probe> probes) {
    if (probes.isEmpty()) {
      return Map.of();
    }
    try (ExecutorService threads =
        Executors.newFixedThreadPool(Math.min(probes.size(), MOST_AT_ONCE))) {
      Map<String, Future<Health>> asked = new HashMap<>();
      probes.forEach((app, probe) -> asked.put(app, threads.submit(() -> ask(probe))));
      Map<String, Health> answers = new HashMap<>();
      for (Map.Entry<String, Future<Health>> entry : asked.entrySet()) {
        answers.put(entry.getKey(), entry.getValue().get());
      }
      return answers;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("nobody interrupts this", e);
    }
  }

  private static Health ask(Probe probe) {
    long began = System.nanoTime();
    Duration limit = probe.timeout().compareTo(PATIENCE) < 0 ? probe.timeout() : PATIENCE;
    String question = "GET " + probe.path();
    try {
      int status = HttpProbe.status(probe.address(), probe.path(), probe.host(), limit);
      long millis = (System.nanoTime() - began) / 1_000_000;
      return status >= probe.least() && status <= probe.most()
          ? new Health(Health.State.HEALTHY, status, millis, "")
          : new Health(
              Health.State.UNHEALTHY, status, millis, question + " is answered by " + status);
    } catch (IOException e) {
      long millis = (System.nanoTime() - began) / 1_000_000;
      return new Health(Health.State.UNHEALTHY, 0, millis, question + ": " + e.getMessage());
    }
  }
}

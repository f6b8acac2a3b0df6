// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.HttpProbe;
import dev.reconcile.model.Step;
import dev.reconcile.model.Step.Probe;
import java.io.IOException;
import java.time.Duration;

/**
 * A health check that waits until an app answers as expected. systemd's "started" is no proof,
 * because gunicorn reports it early.
 */
final class HealthCheck {
  /** The summary of the failure of an instance that ended instead of answering. */
  static final String NOT_STARTED = "App start failed";

  private static final long PAUSE_MILLIS = 100;

  private final Host host;
  private final Progress progress;
  private final ServiceLogs journal;

  HealthCheck(Host host, Progress progress, ServiceLogs journal) {
    this.host = host;
    this.progress = progress;
    this.journal = journal;
  }

  /** Waits until the app is healthy, and returns its answer. */
  HttpProbe.Answer await(Probe probe) throws HostException, StepException {
    try (Progress.Ongoing _ =
        progress.begins(UnitLabel.of(probe.unit()), "waiting for its answer")) {
      return awaitAnswer(probe);
    }
  }

  private HttpProbe.Answer awaitAnswer(Probe probe) throws HostException, StepException {
    long end = System.nanoTime() + probe.timeout().toNanos();
    String address = LedSockets.ownAddress(host.facts(), probe.address());
    String last = "no answer";
    PortProof port = new PortProof(host, probe);
    boolean answered = false;
    do {
      Duration left = Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime()));
      port.begin();
      try {
        HttpProbe.Answer answer = HttpProbe.ask(address, probe.path(), probe.host(), left);
        boolean isHealthy = answer.status() >= probe.least() && answer.status() <= probe.most();
        if (isHealthy && port.isOwn()) {
          return answer;
        }
        answered = true;
        last =
            "it answers %s%s"
                .formatted(answer.status(), answer.isRedirect() ? " to " + answer.location() : "");
      } catch (IOException e) {
        // the last attempt may have had no time left, and a timeout counts whole milliseconds; an
        // earlier answer is more informative
        if (!answered || end - System.nanoTime() > PAUSE_MILLIS * 1_000_000) {
          last = String.valueOf(e.getMessage());
        }
        if (hasEnded(probe)) {
          throw port.failure().orElseGet(() -> ended(probe));
        }
      }
      Sleeper.of(PAUSE_MILLIS);
    } while (System.nanoTime() < end);
    String reason = last;
    throw port.failure().orElseGet(() -> unhealthy(probe, reason));
  }

  private StepException unhealthy(Probe probe, String last) {
    return new StepException(
        "Health check failed",
        """
        GET %s through %s must give a status from %s to %s within %s ms, but: \
        %s.%s\
        """
            .formatted(
                probe.path(),
                probe.address(),
                probe.least(),
                probe.most(),
                probe.timeout().toMillis(),
                last,
                words(probe)));
  }

  // A standby instance is started once; when it ends, systemd removes its socket. A server that
  // makes its own socket has a runtime directory, which systemd removes, too.
  private boolean hasEnded(Probe probe) throws HostException {
    if (!Step.StandbyInstance.isNamed(probe.unit())) {
      return false;
    }
    String name = "/run/" + probe.unit().substring(0, probe.unit().lastIndexOf('.'));
    boolean held = probe.address().equals("unix:" + name + ".sock");
    return host.facts().stat(held ? name + ".sock" : name).isEmpty();
  }

  private StepException ended(Probe probe) {
    return new StepException(
        NOT_STARTED,
        "A standby instance of %s ended before it had answered.%s"
            .formatted(UnitLabel.of(probe.unit()), words(probe)));
  }

  private String words(Probe probe) {
    return journal.lastLines(probe.unit()) + journal.endOf(probe.log());
  }
}

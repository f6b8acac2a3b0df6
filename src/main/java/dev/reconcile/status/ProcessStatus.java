// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.UnitStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How one process of an app is doing.
 *
 * @param name what people call it
 * @param unit the unit that runs it
 * @param service what systemd says of that; empty under a root directory
 * @param workers how many worker processes it is configured to have
 * @param address where it listens: {@code unix:PATH} or {@code HOST:PORT}; empty if it does not
 * @param listening whether somebody does; empty if that cannot be known
 */
public record ProcessStatus(
    String name,
    String unit,
    Optional<UnitStatus> service,
    int workers,
    String address,
    Optional<Boolean> listening) {
  private static final Duration START = Duration.ofSeconds(10);

  /** Whether it is known to run. */
  public boolean running() {
    return service.map(UnitStatus::running).orElse(false);
  }

  /** The problems of the process; empty if it is healthy. */
  List<Diagnostic> problems(Instant now) {
    List<Diagnostic> problems = new ArrayList<>();
    service.ifPresent(one -> {
      if (!one.running()) {
        problems.add(
            Diagnostic.error(
                "Process not running",
                unit + " does not run: it is " + one.active() + why(one) + "."));
      } else if (lacksWorkers(now)) {
        problems.add(
            Diagnostic.error(
                "Workers missing", one.workers() + " of " + workers + " workers run."));
      }
    });
    if (listening.isPresent() && !listening.get()) {
      problems.add(Diagnostic.error("Address not listening", "Nobody listens on " + address + "."));
    }
    return problems;
  }

  /**
   * Whether it has fewer workers than it should; one that has just started forks them one by one.
   */
  public boolean lacksWorkers(Instant now) {
    return service
        .filter(one -> one.workers() < workers)
        .filter(one ->
            !one.running()
                || one.since().map(since -> since.plus(START).isBefore(now)).orElse(true))
        .isPresent();
  }

  private static String why(UnitStatus service) {
    boolean tells = !service.result().isEmpty() && !service.result().equals("success");
    return tells ? " (" + service.result() + ")" : "";
  }
}

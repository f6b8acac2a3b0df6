// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.model.UnitStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The status of one process of an app.
 *
 * @param name its name for display
 * @param unit the unit that runs the process
 * @param service systemd's view of the unit; empty under a root directory
 * @param workers the number of configured worker processes; 0 if unknown
 * @param address the address on which it listens, {@code unix:PATH} or {@code HOST:PORT}; empty if
 *     it listens on none
 * @param listening whether a process listens on the address; empty if unknown
 */
public record ProcessStatus(
    String name,
    String unit,
    Optional<UnitStatus> service,
    int workers,
    String address,
    Optional<Boolean> listening) {
  /** The status of no process. */
  static final ProcessStatus NONE =
      new ProcessStatus("", "", Optional.empty(), 0, "", Optional.empty());

  private static final Duration START = Duration.ofSeconds(10);

  /** Reports whether the process runs; false if unknown. */
  public boolean running() {
    return service.map(UnitStatus::running).orElse(false);
  }

  /** Returns the problems of the process; empty if it is healthy. */
  public List<Diagnostic> problems(Instant now) {
    List<Diagnostic> problems = new ArrayList<>();
    service.ifPresent(status -> {
      if (isStartedAgain(status)) {
        if (status.isInLoop()) {
          problems.add(
              Diagnostic.error(
                      "Process restarted again and again",
                      "%s ends again and again: systemd has restarted it %d times in a minute%s."
                          .formatted(unit, status.restartsLately(), why(status)))
                  .withCommand("journalctl -n 50 -u " + unit));
        }
      } else if (!status.running()) {
        problems.add(
            Diagnostic.error(
                "Process not running",
                unit + " is not running: it is " + status.active() + why(status) + "."));
      } else if (lacksWorkers(now)) {
        problems.add(
            Diagnostic.error(
                "Workers missing", status.workers() + " of " + workers + " workers run."));
      }
    });
    if (listening.isPresent() && !listening.get()) {
      problems.add(
          Diagnostic.error("Address not listening", "No process listens on " + address + "."));
    }
    return problems;
  }

  // systemd starts a background process again that ends, from its first end; that is no problem by
  // itself
  private boolean isStartedAgain(UnitStatus status) {
    return Layout.isProcess(unit) && (status.running() || status.active().equals("activating"));
  }

  /**
   * Reports whether the process has fewer workers than configured. In its first seconds it is not
   * counted as such, because it forks its workers one by one.
   */
  public boolean lacksWorkers(Instant now) {
    return service
        .filter(status -> status.workers() < workers)
        .filter(status ->
            !status.running()
                || status.since().map(since -> since.plus(START).isBefore(now)).orElse(true))
        .isPresent();
  }

  private static String why(UnitStatus service) {
    boolean tells = !service.result().isEmpty() && !service.result().equals("success");
    String cause =
        service.result().equals("oom-kill") ? "killed for want of memory" : service.result();
    return tells ? " (" + cause + ")" : "";
  }
}

package dev.reconcile.status;

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

  /** All that is not as it should be, a sentence each; empty if all is well. */
  List<String> troubles(Instant now) {
    List<String> troubles = new ArrayList<>();
    service.ifPresent(one -> {
      if (!one.running()) {
        troubles.add(unit + " does not run: it is " + one.active() + why(one) + ".");
      } else if (lacksWorkers(now)) {
        troubles.add(one.workers() + " of " + workers + " workers run.");
      }
    });
    if (listening.isPresent() && !listening.get()) {
      troubles.add("Nobody listens on " + address + ".");
    }
    return troubles;
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

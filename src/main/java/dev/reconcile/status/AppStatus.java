package dev.reconcile.status;

import dev.reconcile.model.ManualEdits;
import dev.reconcile.model.UnitStatus;
import dev.reconcile.web.VisitorResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How one app is doing.
 *
 * @param name its name
 * @param source its code
 * @param unit the unit that runs it
 * @param service what systemd says of that; empty under a root directory
 * @param workers how many worker processes it is configured to have
 * @param address where it listens: {@code unix:PATH} or {@code HOST:PORT}
 * @param listening whether somebody does; empty if that cannot be known
 * @param serverNames the names of its site; empty without a site
 * @param health what it answers
 * @param visitor what a visitor of its site gets
 * @param drift whether it is as it should be
 * @param certificate that of its site, if it has one
 * @param quarantine why a revision of it is not tried again; empty if none is
 * @param edited files of its live code that were changed by hand since it was deployed
 */
public record AppStatus(
    String name,
    Source source,
    String unit,
    Optional<UnitStatus> service,
    int workers,
    String address,
    Optional<Boolean> listening,
    List<String> serverNames,
    Health health,
    VisitorResult visitor,
    Drift drift,
    Optional<SiteCertificate> certificate,
    String quarantine,
    List<String> edited) {

  /**
   * An app's code.
   *
   * @param from where it comes from, for people, passwords masked
   * @param revision which one is live; empty if none is
   * @param since when that became live; empty if no run that is kept has done it
   */
  public record Source(String from, String revision, Optional<Instant> since) {}

  private static final Duration START = Duration.ofSeconds(10);

  public AppStatus {
    serverNames = List.copyOf(serverNames);
    edited = List.copyOf(edited);
  }

  /** The same with what it answers, and what a visitor gets. */
  AppStatus with(Health answer, VisitorResult reception) {
    return new AppStatus(
        name,
        source,
        unit,
        service,
        workers,
        address,
        listening,
        serverNames,
        answer,
        reception,
        drift,
        certificate,
        quarantine,
        edited);
  }

  /** All that is not as it should be, a sentence each; empty if all is well. */
  public List<String> troubles(Instant now) {
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
    if (health.state() == Health.State.ILL) {
      troubles.add("It is not healthy: " + health.words() + ".");
    }
    visitor
        .obstacle()
        .ifPresent(one ->
            troubles.add(
                "Visitors do not get it. "
                    + one.kind().summary()
                    + ". "
                    + one.detail()
                    + " Try: "
                    + one.command()));
    if (drift.state() == Drift.State.DRIFTED) {
      drift.what().forEach(one -> troubles.add("Not as it should be; an apply would " + one + "."));
    }
    certificate.flatMap(one -> one.complaint(now)).ifPresent(troubles::add);
    if (!edited.isEmpty()) {
      troubles.add(
          "Its code is not what was deployed "
              + new ManualEdits(edited).words()
              + "; to take it back: reconcile --only "
              + name
              + ".");
    }
    if (!quarantine.isEmpty()) {
      troubles.add("A revision is in quarantine: " + quarantine + ".");
    }
    return List.copyOf(troubles);
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

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Maintenance;
import dev.reconcile.model.ManualEdits;
import dev.reconcile.model.Quarantine;
import dev.reconcile.model.Severity;
import dev.reconcile.web.VisitorResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The status of one app.
 *
 * @param name the name of the app
 * @param source the code of the app
 * @param processes the processes of the app, the web process first; none if it has schedules only
 * @param serverNames the names of its site; empty without a site
 * @param health the answer to the health check
 * @param visitor the answer that a visitor of its site gets
 * @param drift the drift of the app
 * @param certificate the certificate of its site, if it has one
 * @param hold why runs leave the app as it is; empty if it is not held
 * @param edited the files of its live code that were edited by hand since the deployment
 * @param data the absolute paths of its data folders
 * @param schedules the schedules of the app
 * @param maintenance its maintenance; empty if it is in none
 * @param balanced the hosts to which this host sends its requests; empty if it serves its own
 */
public record AppStatus(
    String name,
    Source source,
    List<ProcessStatus> processes,
    List<String> serverNames,
    Health health,
    VisitorResult visitor,
    Drift drift,
    Optional<SiteCertificate> certificate,
    Optional<Hold> hold,
    List<String> edited,
    List<String> data,
    List<ScheduleStatus> schedules,
    Optional<Maintenance> maintenance,
    List<BalancedHost> balanced) {

  /**
   * The code of an app.
   *
   * @param from its source for display, with passwords masked
   * @param revision the live revision; empty if none is live
   * @param since the start of the run that deployed it; empty if no kept manifest has that run
   */
  public record Source(String from, String revision, Optional<Instant> since) {}

  /**
   * The reason why runs leave an app as it is.
   *
   * @param why the reason, and what ends it
   * @param quarantine the reason of the quarantine and its run; empty if it is not quarantined
   */
  public record Hold(Diagnostic why, String quarantine) {
    /** Creates the hold of a quarantined app. */
    public static Hold of(String app, Quarantine quarantine) {
      return new Hold(
          quarantine.diagnostic(app), quarantine.reason() + ", run " + quarantine.run());
    }
  }

  public AppStatus {
    processes = List.copyOf(processes);
    serverNames = List.copyOf(serverNames);
    edited = List.copyOf(edited);
    data = List.copyOf(data);
    schedules = List.copyOf(schedules);
    balanced = List.copyOf(balanced);
  }

  /** Creates the status of an app that this host serves itself. */
  public AppStatus(
      String name,
      Source source,
      List<ProcessStatus> processes,
      List<String> serverNames,
      Health health,
      VisitorResult visitor,
      Drift drift,
      Optional<SiteCertificate> certificate,
      Optional<Hold> hold,
      List<String> edited,
      List<String> data,
      List<ScheduleStatus> schedules,
      Optional<Maintenance> maintenance) {
    this(
        name,
        source,
        processes,
        serverNames,
        health,
        visitor,
        drift,
        certificate,
        hold,
        edited,
        data,
        schedules,
        maintenance,
        List.of());
  }

  /** Returns the main process, which answers requests unless the app has no web process. */
  public ProcessStatus web() {
    return processes.isEmpty() ? ProcessStatus.NONE : processes.getFirst();
  }

  /** Returns the background processes. */
  public List<ProcessStatus> background() {
    return web().address().isEmpty() ? processes : processes.subList(1, processes.size());
  }

  /** Returns the same status with these results of the health check and the visitor check. */
  AppStatus with(Health answer, VisitorResult result) {
    return new AppStatus(
        name,
        source,
        processes,
        serverNames,
        answer,
        result,
        drift,
        certificate,
        hold,
        edited,
        data,
        schedules,
        maintenance,
        balanced);
  }

  /** Returns the same status with the hosts to which this host sends its requests. */
  AppStatus balancedTo(List<BalancedHost> hosts) {
    return new AppStatus(
        name,
        source,
        processes,
        serverNames,
        health,
        visitor,
        drift,
        certificate,
        hold,
        edited,
        data,
        schedules,
        maintenance,
        hosts);
  }

  /** Reports whether runs leave the app as it is. */
  public boolean isHeld() {
    return hold.isPresent();
  }

  /** Returns the problems of the app; empty if it is healthy. */
  public List<Diagnostic> problems(Instant now) {
    List<Diagnostic> problems = new ArrayList<>();
    processes.forEach(process -> problems.addAll(process.problems(now)));
    schedules.forEach(schedule -> problems.addAll(schedule.problems()));
    if (health.state() == Health.State.UNHEALTHY) {
      problems.add(
          Diagnostic.error("Failed health check", "It is not healthy: " + health.words() + "."));
    }
    balanced.stream()
        .filter(host -> !host.isOut() && !host.serves())
        .map(host ->
            Diagnostic.error(
                "Host without an answer",
                "%s does not answer as it should at %s (%s), so visitors are sent to the others."
                    .formatted(host.host(), host.address(), host.health().words())))
        .forEach(problems::add);
    visitor
        .failure()
        .ifPresent(failure ->
            problems.add(
                Diagnostic.error(
                        failure.kind().summary(),
                        "Visitors do not reach it. %s. %s"
                            .formatted(failure.kind().summary(), failure.detail()))
                    .withCommand(failure.command())));
    if (drift.state() == Drift.State.DRIFTED) {
      problems.addAll(drift.problems());
    }
    certificate
        .flatMap(found -> found.problem(now))
        .ifPresent(problem -> problems.add(Diagnostic.error("Certificate problem", problem)));
    if (!edited.isEmpty()) {
      problems.add(
          Diagnostic.error(
                  "Code edited by hand",
                  "Its code differs from the deployed revision %s."
                      .formatted(new ManualEdits(edited).words()))
              .withCommand("reconcile --only " + name));
    }
    hold.ifPresent(one -> problems.add(one.why().withSeverity(Severity.ERROR)));
    return List.copyOf(problems);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.ManualEdits;
import dev.reconcile.web.VisitorResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How one app is doing.
 *
 * @param name its name
 * @param source its code
 * @param processes what runs of it, the web process first; at least one
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
    List<ProcessStatus> processes,
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

  public AppStatus {
    processes = List.copyOf(processes);
    serverNames = List.copyOf(serverNames);
    edited = List.copyOf(edited);
  }

  /** The process that answers requests. */
  public ProcessStatus web() {
    return processes.getFirst();
  }

  /** The other processes. */
  public List<ProcessStatus> others() {
    return processes.subList(1, processes.size());
  }

  /** The same with what it answers, and what a visitor gets. */
  AppStatus with(Health answer, VisitorResult reception) {
    return new AppStatus(
        name,
        source,
        processes,
        serverNames,
        answer,
        reception,
        drift,
        certificate,
        quarantine,
        edited);
  }

  /** The problems of the app; empty if it is healthy. */
  public List<Diagnostic> problems(Instant now) {
    List<Diagnostic> problems = new ArrayList<>();
    processes.forEach(process -> problems.addAll(process.problems(now)));
    if (health.state() == Health.State.UNHEALTHY) {
      problems.add(
          Diagnostic.error("Failed health check", "It is not healthy: " + health.words() + "."));
    }
    visitor
        .obstacle()
        .ifPresent(one ->
            problems.add(
                Diagnostic.error(
                        one.kind().summary(),
                        "Visitors do not get it. " + one.kind().summary() + ". " + one.detail())
                    .withCommand(one.command())));
    if (drift.state() == Drift.State.DRIFTED) {
      problems.addAll(drift.problems());
    }
    certificate
        .flatMap(one -> one.complaint(now))
        .ifPresent(complaint -> problems.add(Diagnostic.error("Certificate problem", complaint)));
    if (!edited.isEmpty()) {
      problems.add(
          Diagnostic.error(
                  "Code edited by hand",
                  "Its code is not what was deployed " + new ManualEdits(edited).words() + ".")
              .withCommand("reconcile --only " + name));
    }
    if (!quarantine.isEmpty()) {
      problems.add(
          Diagnostic.error(
              "Revision in quarantine", "A revision is in quarantine: " + quarantine + "."));
    }
    return List.copyOf(problems);
  }
}

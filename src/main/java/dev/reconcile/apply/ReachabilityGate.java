// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Phase;
import dev.reconcile.plan.Plan;
import dev.reconcile.web.SiteFailure;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The check that visitors reach the apps that a run changes. An app whose change makes it
 * unreachable is rolled back. A failure that existed before the run is only reported.
 *
 * <p>Invariant: only these apps, and those that were unreachable after an earlier run, are
 * requested. A run without such apps sends no request.
 */
final class ReachabilityGate {
  private final Plan plan;
  private final Steps steps;
  private final RunRecorder recorder;
  private final Rollback rollback;
  private final SiteReachability proof;
  private final Map<String, Boolean> failedApps;
  private final Consumer<String> keepPartners;
  private boolean isDone;

  /**
   * @param failedApps the failed apps, each with whether it was rolled back; this class adds the
   *     apps that it rolls back
   * @param keepPartners rolls back the apps that exchange a server name with an app
   */
  ReachabilityGate(
      Plan plan,
      Steps steps,
      RunRecorder recorder,
      Rollback rollback,
      SiteReachability proof,
      Map<String, Boolean> failedApps,
      Consumer<String> keepPartners) {
    this.plan = plan;
    this.steps = steps;
    this.recorder = recorder;
    this.rollback = rollback;
    this.proof = proof;
    this.failedApps = failedApps;
    this.keepPartners = keepPartners;
  }

  /** Checks what visitors get before any change. */
  void before() {
    // an app that cannot be checked now is judged later by the cause alone
    Set<String> apps = new HashSet<>(touched());
    // the leftovers of a killed run do not show the state before it
    apps.removeIf(recorder.waysBack()::isCarried);
    FailedStep.in(() -> proof.before(apps));
  }

  private Set<String> touched() {
    Set<String> apps = new HashSet<>();
    plan.changes().forEach(planned -> apps.add(planned.change().app()));
    plan.handlers().forEach(due -> apps.add(due.handler().app()));
    return apps;
  }

  /** Checks the sites, once in a run, after nginx has loaded its files. */
  void after() {
    if (isDone) {
      return;
    }
    isDone = true;
    Set<String> apps = new HashSet<>(touched());
    apps.addAll(recorder.unreachedBefore());
    apps.removeAll(failedApps.keySet());
    prove(proof.sites(apps), true);
  }

  /** Checks the sites that switch to a certificate that this run obtained. */
  void afterCertificates() {
    Set<String> apps =
        plan.handlers().stream()
            .filter(due -> due.handler().phase() == Phase.CERTIFICATES)
            .map(due -> due.handler().app())
            .filter(app -> !failedApps.containsKey(app))
            .collect(Collectors.toSet());
    prove(proof.sites(apps), false);
  }

  private void prove(Set<String> apps, boolean takesBack) {
    if (apps.isEmpty()) {
      return;
    }
    SortedMap<String, SiteFailure> found = new TreeMap<>();
    if (FailedStep.in(() -> found.putAll(proof.after(apps))).isPresent()) {
      return; // nothing new is known without a check
    }
    found
        .entrySet()
        .removeIf(entry ->
            entry.getValue().kind() == SiteFailure.Kind.WRONG_CERTIFICATE
                && proof.isNew(entry.getKey())
                && !recorder.unreachedBefore().contains(entry.getKey()));
    SortedMap<String, SiteFailure> blamed = new TreeMap<>(found);
    blamed
        .entrySet()
        .removeIf(entry ->
            !takesBack
                || !proof.blames(entry.getKey(), entry.getValue())
                || !plan.digests().containsKey(entry.getKey())
                || !recorder.waysBack().changesSomethingLasting(entry.getKey()));
    found.keySet().removeAll(blamed.keySet());
    Set<String> told = new HashSet<>(apps);
    told.removeAll(blamed.keySet());
    recorder.received(told, found, plan.testsNginx());
    if (!blamed.isEmpty()) {
      takeBack(blamed);
    }
  }

  private void takeBack(SortedMap<String, SiteFailure> blamed) {
    Map<String, Optional<Diagnostic>> problems = new HashMap<>();
    // a partner must not roll it back a second time
    blamed.keySet().forEach(app -> failedApps.put(app, false));
    blamed.forEach((app, failure) -> {
      recorder.failed(Task.ofCheck("site of " + app, app), failure.diagnostic());
      problems.put(app, rollback.of(app, plan.handlersOf(app)));
      keepPartners.accept(app);
    });
    Optional<Diagnostic> reload =
        FailedStep.in(steps, NginxChanges.TAKE_UP).map(FailedStep::diagnostic);
    Set<String> served =
        blamed.keySet().stream().filter(proof::wasServed).collect(Collectors.toSet());
    SortedMap<String, SiteFailure> still = new TreeMap<>();
    FailedStep.in(() -> still.putAll(proof.after(served)));
    blamed.forEach((app, failure) -> {
      Optional<Diagnostic> problem =
          problems
              .getOrDefault(app, Optional.empty())
              .or(() -> reload)
              .or(() -> Optional.ofNullable(still.get(app)).map(SiteFailure::diagnostic));
      failedApps.put(app, problem.isEmpty());
      recorder.rolledBack(
          new RolledBack(app, failure.kind().summary(), problem.isEmpty(), problem));
    });
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Phase;
import dev.reconcile.plan.PendingHandler;
import dev.reconcile.plan.Plan;
import dev.reconcile.web.SiteFailure;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
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
  private final RunRecorder ledger;
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
      RunRecorder ledger,
      Rollback rollback,
      SiteReachability proof,
      Map<String, Boolean> failedApps,
      Consumer<String> keepPartners) {
    this.plan = plan;
    this.steps = steps;
    this.ledger = ledger;
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
    apps.removeIf(ledger.waysBack()::isCarried);
    StepError.in(() -> proof.before(apps));
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
    apps.addAll(ledger.unreachedBefore());
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
    if (StepError.in(() -> found.putAll(proof.after(apps))).isPresent()) {
      return; // nothing new is known without a check
    }
    found
        .entrySet()
        .removeIf(entry ->
            entry.getValue().kind() == SiteFailure.Kind.WRONG_CERTIFICATE
                && proof.isNew(entry.getKey())
                && !ledger.unreachedBefore().contains(entry.getKey()));
    SortedMap<String, SiteFailure> blamed = new TreeMap<>(found);
    blamed
        .entrySet()
        .removeIf(entry ->
            !takesBack
                || !proof.blames(entry.getKey(), entry.getValue())
                || !plan.digests().containsKey(entry.getKey())
                || !ledger.waysBack().changesSomethingLasting(entry.getKey()));
    found.keySet().removeAll(blamed.keySet());
    Set<String> told = new HashSet<>(apps);
    told.removeAll(blamed.keySet());
    ledger.received(told, found, plan.testsNginx());
    if (!blamed.isEmpty()) {
      takeBack(blamed);
    }
  }

  private void takeBack(SortedMap<String, SiteFailure> blamed) {
    Map<String, Optional<Diagnostic>> troubles = new HashMap<>();
    blamed.forEach((app, obstacle) -> {
      ledger.failed(
          new Task("site of " + app, app, List.of(), Optional.empty(), Optional.empty(), true),
          obstacle.diagnostic());
      troubles.put(app, rollback.of(app, dueOf(app)));
      keepPartners.accept(app);
    });
    Optional<Diagnostic> reload =
        StepError.in(steps, NginxChanges.TAKE_UP).map(StepError::diagnostic);
    Set<String> served =
        blamed.keySet().stream().filter(proof::wasServed).collect(Collectors.toSet());
    SortedMap<String, SiteFailure> still = new TreeMap<>();
    StepError.in(() -> still.putAll(proof.after(served)));
    blamed.forEach((app, obstacle) -> {
      Optional<Diagnostic> trouble =
          troubles
              .getOrDefault(app, Optional.empty())
              .or(() -> reload)
              .or(() -> Optional.ofNullable(still.get(app)).map(SiteFailure::diagnostic));
      failedApps.put(app, trouble.isEmpty());
      ledger.rolledBack(new RolledBack(app, obstacle.kind().summary(), trouble.isEmpty(), trouble));
    });
  }

  private List<PendingHandler> dueOf(String app) {
    return plan.handlers().stream().filter(due -> due.handler().app().equals(app)).toList();
  }
}

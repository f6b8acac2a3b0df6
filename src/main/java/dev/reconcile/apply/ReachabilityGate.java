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
 * Has the sites of the apps that a run touches prove that visitors get them. An app whose change
 * keeps visitors away is taken back; what was in the way before is told of, and changes nothing.
 *
 * <p>Invariant: no more is asked than these apps and those that visitors did not get after an
 * earlier run; a run without either asks nothing.
 */
final class ReachabilityGate {
  private final Plan plan;
  private final Steps steps;
  private final RunRecorder ledger;
  private final Rollback rollback;
  private final SiteReachability proof;
  private final Map<String, Boolean> failedApps;
  private final Consumer<String> keepPredecessors;
  private boolean isDone;

  /**
   * @param failedApps app to whether it is back at what it was; apps that are taken back here are
   *     added
   * @param keepPredecessors brings back the apps whose server names an app was to take over
   */
  ReachabilityGate(
      Plan plan,
      Steps steps,
      RunRecorder ledger,
      Rollback rollback,
      SiteReachability proof,
      Map<String, Boolean> failedApps,
      Consumer<String> keepPredecessors) {
    this.plan = plan;
    this.steps = steps;
    this.ledger = ledger;
    this.rollback = rollback;
    this.proof = proof;
    this.failedApps = failedApps;
    this.keepPredecessors = keepPredecessors;
  }

  /** Looks at what visitors get before anything is changed. */
  void before() {
    // what cannot be looked at now is judged by its cause alone
    Set<String> apps = new HashSet<>(touched());
    // what a killed run has left says nothing of what was there before it
    apps.removeIf(ledger.waysBack()::isCarried);
    StepError.in(() -> proof.before(apps));
  }

  private Set<String> touched() {
    Set<String> apps = new HashSet<>();
    plan.changes().forEach(one -> apps.add(one.change().app()));
    plan.handlers().forEach(due -> apps.add(due.handler().app()));
    return apps;
  }

  /** Asks, once in a run, when nginx has read its files. */
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

  /** Asks those whose site goes over to a certificate that this run has brought. */
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
      return; // not to be looked at, so nothing is known that was not known before
    }
    found
        .entrySet()
        .removeIf(one ->
            one.getValue().kind() == SiteFailure.Kind.WRONG_CERTIFICATE
                && proof.isNew(one.getKey())
                && !ledger.unreachedBefore().contains(one.getKey()));
    SortedMap<String, SiteFailure> blamed = new TreeMap<>(found);
    blamed
        .entrySet()
        .removeIf(one ->
            !takesBack
                || !proof.blames(one.getKey(), one.getValue())
                || !plan.digests().containsKey(one.getKey())
                || !ledger.waysBack().changesSomethingLasting(one.getKey()));
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
      keepPredecessors.accept(app);
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

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.NginxProcess;
import dev.reconcile.host.UnitFacts;
import dev.reconcile.model.VisitorCheck;
import dev.reconcile.web.SiteFailure;
import dev.reconcile.web.VisitorChecks;
import dev.reconcile.web.VisitorResult;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Visitor checks of the apps that a run changes, before the first change and after the last. The
 * run is not responsible for a failure that existed before.
 */
final class SiteReachability {
  // Long enough for an app under load; before a change nothing depends on the answer.
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final long PAUSE_MILLIS = 300;

  private final Host host;
  private final SortedMap<String, VisitorCheck> visits;
  private final Set<String> served = new HashSet<>();
  private final Set<String> blocked = new HashSet<>();
  private final Set<String> beside = new HashSet<>();
  private final Set<String> asked = new HashSet<>();

  /**
   * @param visits the sites of the desired state, by app
   * @param unreached the apps that were unreachable after an earlier run
   */
  SiteReachability(Host host, Map<String, VisitorCheck> visits, Collection<String> unreached) {
    this.host = host;
    this.visits = new TreeMap<>(visits);
    this.blocked.addAll(unreached);
  }

  /**
   * Records what visitors of these apps get now. A stopped app is not requested, because a request
   * would start it.
   */
  void before(Collection<String> apps) throws HostException {
    Facts facts = host.facts();
    SortedMap<String, VisitorCheck> sites = new TreeMap<>();
    for (String app : apps) {
      VisitorCheck visit = visits.get(app);
      if (visit != null && facts.stat(visit.link()).isPresent() && runs(facts, visit)) {
        sites.put(app, visit);
      }
    }
    asked.addAll(sites.keySet());
    receive(sites, PATIENCE)
        .forEach((app, result) -> {
          if (result.failure().filter(fault -> fault.kind().isBeside()).isPresent()) {
            blocked.remove(app);
            served.add(app);
            beside.add(app);
          } else if (result.isBlocked()) {
            blocked.add(app);
          } else if (result.state() == VisitorResult.State.SERVED) {
            served.add(app);
          }
        });
  }

  private static boolean runs(Facts facts, VisitorCheck visit) throws HostException {
    UnitFacts unit = facts.units().get(visit.probe().unit());
    return unit != null && unit.running();
  }

  /** Returns the apps that have a site. */
  Set<String> sites(Collection<String> apps) {
    Set<String> sites = new HashSet<>(apps);
    sites.retainAll(visits.keySet());
    return sites;
  }

  /**
   * Finds the failures of these apps' sites. Transient failures count only after the app's start
   * timeout.
   */
  SortedMap<String, SiteFailure> after(Set<String> apps) throws HostException {
    long began = System.nanoTime();
    SortedMap<String, VisitorCheck> left = new TreeMap<>(visits);
    left.keySet().retainAll(apps);
    SortedMap<String, SiteFailure> found = new TreeMap<>();
    while (!left.isEmpty()) {
      Duration limit =
          left.values().stream()
              .map(visit -> visit.probe().timeout())
              .max(Duration::compareTo)
              .orElse(PATIENCE);
      SortedMap<String, VisitorCheck> again = new TreeMap<>();
      for (Map.Entry<String, VisitorResult> result : receive(left, limit).entrySet()) {
        VisitorCheck visit = visits.get(result.getKey());
        if (visit != null && result.getValue().failure().isPresent()) {
          SiteFailure failure = result.getValue().failure().get();
          boolean isOver = System.nanoTime() - began > visit.probe().timeout().toNanos();
          if (isOver || !failure.kind().mayPass()) {
            found.put(result.getKey(), failure);
          } else {
            again.put(result.getKey(), visit);
          }
        }
      }
      left = again;
      if (!left.isEmpty()) {
        Sleeper.of(PAUSE_MILLIS);
      }
    }
    return found;
  }

  private SortedMap<String, VisitorResult> receive(
      SortedMap<String, VisitorCheck> asked, Duration limit) throws HostException {
    return asked.isEmpty() || !host.facts().live()
        ? new TreeMap<>()
        : new VisitorChecks(
                host.facts(), host.facts().runningNginx().map(NginxProcess::master).orElse(0L))
            .receive(asked, limit);
  }

  /**
   * Reports whether the fault existed before the run and keeps no request from the app; then it is
   * no reason for a rollback. The fault of an app that could not be requested before is that of the
   * hand-made site that the app replaces, because a plan holds an app whose declared certificate is
   * unsuitable and was not in use.
   */
  boolean wasSo(String app, SiteFailure fault) {
    return fault.kind().isBeside() && (beside.contains(app) || !asked.contains(app));
  }

  /** Reports whether the app is new to visitors, or did not run. */
  boolean isNew(String app) {
    return !asked.contains(app);
  }

  /** Reports whether visitors reached the app before the run. */
  boolean wasServed(String app) {
    return served.contains(app);
  }

  /**
   * Reports whether the run's change of the app is at fault: visitors reached it before, or it is
   * new and the cause is in the app. No app is at fault if nginx has ended meanwhile.
   */
  boolean blames(String app, SiteFailure failure) {
    return !blocked.contains(app)
        && !wasSo(app, failure)
        && failure.kind() != SiteFailure.Kind.NOT_RUNNING
        && (served.contains(app) || !failure.isOfHost());
  }
}

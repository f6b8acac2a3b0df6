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
 * Asks the sites of apps that a run touches as visitors do, before the first change and after the
 * last one: what was in the way before is not the run's doing.
 */
final class SiteReachability {
  // Long enough for an app under load; before a change nothing hangs on the answer.
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
   * @param unreached apps that visitors did not get after an earlier run
   */
  SiteReachability(Host host, Map<String, VisitorCheck> visits, Collection<String> unreached) {
    this.host = host;
    this.visits = new TreeMap<>(visits);
    this.blocked.addAll(unreached);
  }

  /** Notes what visitors of these apps get now. What does not run is not asked: that starts it. */
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
        .forEach((app, reception) -> {
          if (reception.obstacle().filter(one -> one.kind().isBeside()).isPresent()) {
            blocked.remove(app);
            served.add(app);
            beside.add(app);
          } else if (reception.isBlocked()) {
            blocked.add(app);
          } else if (reception.state() == VisitorResult.State.SERVED) {
            served.add(app);
          }
        });
  }

  private static boolean runs(Facts facts, VisitorCheck visit) throws HostException {
    UnitFacts unit = facts.units().get(visit.probe().unit());
    return unit != null && unit.running();
  }

  /** Those of these apps that have a site. */
  Set<String> sites(Collection<String> apps) {
    Set<String> sites = new HashSet<>(apps);
    sites.retainAll(visits.keySet());
    return sites;
  }

  /** What is in the way of visitors of these apps, once their time for a start is over. */
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
      for (Map.Entry<String, VisitorResult> one : receive(left, limit).entrySet()) {
        VisitorCheck visit = visits.get(one.getKey());
        if (visit != null && one.getValue().obstacle().isPresent()) {
          SiteFailure obstacle = one.getValue().obstacle().get();
          boolean isOver = System.nanoTime() - began > visit.probe().timeout().toNanos();
          if (isOver || !obstacle.kind().mayPass()) {
            found.put(one.getKey(), obstacle);
          } else {
            again.put(one.getKey(), visit);
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
   * Whether something was the matter before the run that keeps no request from the app: then it is
   * no news, and no reason to take anything back. Of an app that nobody could ask before, it is
   * what a site made by hand had, whose place it takes: a plan holds an app whose declared
   * certificate does not do and was not in use.
   */
  boolean wasSo(String app, SiteFailure fault) {
    return fault.kind().isBeside() && (beside.contains(app) || !asked.contains(app));
  }

  /** Whether the app is new to visitors, or did not run. */
  boolean isNew(String app) {
    return !asked.contains(app);
  }

  /** Whether visitors got the app before. */
  boolean wasServed(String app) {
    return served.contains(app);
  }

  /**
   * Whether the run's change of the app is to blame: visitors got it before, or it is new and the
   * cause lies in it. That nginx has ended meanwhile is no app's fault.
   */
  boolean blames(String app, SiteFailure obstacle) {
    return !blocked.contains(app)
        && !wasSo(app, obstacle)
        && obstacle.kind() != SiteFailure.Kind.NOT_RUNNING
        && (served.contains(app) || !obstacle.isOfHost());
  }
}

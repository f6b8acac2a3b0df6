// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.app.App;
import dev.reconcile.app.Ports;
import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Invocation;
import dev.reconcile.desired.DesiredStateBuilder;
import dev.reconcile.desired.Loader;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.State;
import dev.reconcile.plan.Plan;
import dev.reconcile.source.Repository;
import dev.reconcile.state.Manifest;
import dev.reconcile.state.ManifestStore;
import dev.reconcile.status.ExpectedState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The apps as they are applied. A held app is not as the last applied commit describes it, but as
 * the commit of the last run that changed it, for example the target of a rollback.
 *
 * <p>Invariant: without held apps, nothing is read.
 */
final class AppliedApps {
  private final Invocation arguments;
  private final Host host;
  private final State state;
  private final SortedMap<String, App> apps = new TreeMap<>();
  private final SortedMap<String, App> fronts = new TreeMap<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Set<String> uncertain = new HashSet<>();

  private AppliedApps(Invocation arguments, Host host, State state, LoadedRevision last) {
    this.arguments = arguments;
    this.host = host;
    this.state = state;
    last.apps().forEach(app -> apps.put(app.name(), app));
    last.fronts().forEach(app -> fronts.put(app.name(), app));
    numbers.putAll(last.ports().ports().numbers());
  }

  /**
   * Finds the applied commit of each held app.
   *
   * @param last the last applied commit
   * @param plan the plan for that commit, which names the held apps
   */
  static ExpectedState of(
      Invocation arguments, Host host, State state, LoadedRevision last, Plan plan)
      throws HostException {
    AppliedApps applied = new AppliedApps(arguments, host, state, last);
    if (!plan.held().isEmpty()) {
      applied.find(plan);
    }
    return new ExpectedState(
        List.copyOf(applied.apps.values()),
        List.copyOf(applied.fronts.values()),
        new Ports(applied.numbers, Map.of()),
        applied.uncertain,
        Optional.of(plan),
        "");
  }

  private void find(Plan plan) throws HostException {
    List<Manifest> runs = ManifestStore.all(host.facts()).reversed();
    SortedMap<String, Set<String>> commits = new TreeMap<>();
    for (String app : plan.held().keySet()) {
      Optional<String> commit =
          runs.stream().filter(run -> run.changed(app)).map(Manifest::revision).findFirst();
      if (commit.isEmpty()) {
        uncertain.add(app); // the record is older than the runs that are kept
      } else if (!commit.get().equals(plan.revision())) {
        commits.computeIfAbsent(commit.get(), one -> new HashSet<>()).add(app);
      }
    }
    for (Map.Entry<String, Set<String>> entry : commits.entrySet()) {
      uncertain.addAll(entry.getValue());
      read(entry.getKey(), entry.getValue());
    }
  }

  private void read(String commit, Set<String> held) throws HostException {
    try (FetchedCommit fetched =
        FetchedCommit.known(arguments, host, state, Repository.Mode.TEMPORARY, commit)) {
      DesiredStateBuilder builder = new DesiredStateBuilder(fetched.files());
      Loader.Loaded loaded = Loader.load(builder, Hostname.of(arguments));
      Ports ports = PortAssignments.of(loaded, state.numbers(), builder).ports();
      for (App app : loaded.apps()) {
        if (held.contains(app.name())) {
          apps.put(app.name(), app);
          fronts.remove(app.name());
          numbers.remove(app.name());
          Optional.ofNullable(ports.numbers().get(app.name()))
              .ifPresent(number -> numbers.put(app.name(), number));
          uncertain.remove(app.name());
        }
      }
      for (App app : loaded.fronts()) {
        if (held.contains(app.name())) {
          fronts.put(app.name(), app);
          apps.remove(app.name());
          uncertain.remove(app.name());
        }
      }
    } catch (CommandFailed _) {
      // The commit is gone from the cache. The apps stay uncertain.
    }
  }
}

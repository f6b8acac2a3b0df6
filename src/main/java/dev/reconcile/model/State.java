// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The state that reconcile keeps between runs. Losing it stops no service: existing resources then
 * count as foreign until they are taken over, except those with reconcile's mark.
 *
 * @param repo the repo of the last apply; empty before the first
 * @param revision the commit that was last applied; empty before the first
 * @param owned the resources that reconcile made, by address
 * @param activations handler id to the digest of the state that it last loaded; a missing id is due
 * @param numbers the numbers that this host assigned to apps for which the repo has none yet
 * @param trials the results of the apps' revisions
 * @param protectedApps apps that are not removed when the repo no longer declares them
 * @param maintenance the apps in maintenance
 */
public record State(
    String repo,
    String revision,
    SortedMap<Address, OwnedResource> owned,
    SortedMap<String, String> activations,
    SortedMap<String, Integer> numbers,
    Trials trials,
    SortedSet<String> protectedApps,
    SortedMap<String, Maintenance> maintenance) {
  /** The state before the first run. */
  public static final State EMPTY = new State("", "", new TreeMap<>(), new TreeMap<>());

  /**
   * The results of the apps' revisions.
   *
   * @param quarantine app to its quarantined revision
   * @param probes app to the health check that it last passed
   * @param unfinished run to the apps that it has begun to change and not finished; the empty name
   *     means the host
   * @param unreached app to the reason why visitors did not reach it at the last check
   * @param releases app to its release steps that have succeeded
   */
  public record Trials(
      SortedMap<String, Quarantine> quarantine,
      SortedMap<String, Step.Probe> probes,
      SortedMap<String, SortedSet<String>> unfinished,
      SortedMap<String, UnreachableSite> unreached,
      SortedMap<String, Releases> releases) {
    /** The results before the first run. */
    public static final Trials EMPTY =
        new Trials(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());

    /** Creates results in which visitors reach every app. */
    public Trials(
        SortedMap<String, Quarantine> quarantine,
        SortedMap<String, Step.Probe> probes,
        SortedMap<String, SortedSet<String>> unfinished) {
      this(quarantine, probes, unfinished, new TreeMap<>());
    }

    /** Creates results without release steps. */
    public Trials(
        SortedMap<String, Quarantine> quarantine,
        SortedMap<String, Step.Probe> probes,
        SortedMap<String, SortedSet<String>> unfinished,
        SortedMap<String, UnreachableSite> unreached) {
      this(quarantine, probes, unfinished, unreached, new TreeMap<>());
    }

    public Trials {
      quarantine = Collections.unmodifiableSortedMap(new TreeMap<>(quarantine));
      probes = Collections.unmodifiableSortedMap(new TreeMap<>(probes));
      SortedMap<String, SortedSet<String>> copy = new TreeMap<>();
      unfinished.forEach(
          (run, apps) -> copy.put(run, Collections.unmodifiableSortedSet(new TreeSet<>(apps))));
      unfinished = Collections.unmodifiableSortedMap(copy);
      unreached = Collections.unmodifiableSortedMap(new TreeMap<>(unreached));
      releases = Collections.unmodifiableSortedMap(new TreeMap<>(releases));
    }

    /** Returns the release steps of an app that have succeeded. */
    public Releases releasesOf(String app) {
      return releases.getOrDefault(app, Releases.NONE);
    }

    /** Returns these results with another quarantine. */
    public Trials withQuarantine(SortedMap<String, Quarantine> others) {
      return new Trials(others, probes, unfinished, unreached, releases);
    }

    /**
     * Returns the interrupted runs: all unfinished ones, except the newest if a run is in progress,
     * which is that run.
     */
    public List<String> interrupted(boolean goesOn) {
      List<String> runs = List.copyOf(unfinished.keySet());
      return goesOn && !runs.isEmpty() ? runs.subList(0, runs.size() - 1) : runs;
    }
  }

  public State {
    owned = Collections.unmodifiableSortedMap(new TreeMap<>(owned));
    activations = Collections.unmodifiableSortedMap(new TreeMap<>(activations));
    numbers = Collections.unmodifiableSortedMap(new TreeMap<>(numbers));
    protectedApps = Collections.unmodifiableSortedSet(new TreeSet<>(protectedApps));
    maintenance = Collections.unmodifiableSortedMap(new TreeMap<>(maintenance));
  }

  /** Creates a state without apps in maintenance. */
  public State(
      String repo,
      String revision,
      SortedMap<Address, OwnedResource> owned,
      SortedMap<String, String> activations,
      SortedMap<String, Integer> numbers,
      Trials trials,
      SortedSet<String> protectedApps) {
    this(repo, revision, owned, activations, numbers, trials, protectedApps, new TreeMap<>());
  }

  /** Creates a state without numbers, trials and protected apps. */
  public State(
      String repo,
      String revision,
      SortedMap<Address, OwnedResource> owned,
      SortedMap<String, String> activations) {
    this(repo, revision, owned, activations, new TreeMap<>(), Trials.EMPTY, new TreeSet<>());
  }

  /** Returns this state with other numbers. */
  public State withNumbers(SortedMap<String, Integer> others) {
    return new State(
        repo, revision, owned, activations, others, trials, protectedApps, maintenance);
  }

  /** Returns this state with other trials. */
  public State withTrials(Trials others) {
    return new State(
        repo, revision, owned, activations, numbers, others, protectedApps, maintenance);
  }

  /** Returns this state with another revision. */
  public State withRevision(String other) {
    return new State(repo, other, owned, activations, numbers, trials, protectedApps, maintenance);
  }

  /** Returns this state with other protected apps. */
  public State withProtected(SortedSet<String> others) {
    return new State(repo, revision, owned, activations, numbers, trials, others, maintenance);
  }

  /** Returns this state with other apps in maintenance. */
  public State withMaintenance(SortedMap<String, Maintenance> others) {
    return new State(repo, revision, owned, activations, numbers, trials, protectedApps, others);
  }

  /** Returns app to the message to visitors, for each app in maintenance. */
  public SortedMap<String, String> maintenanceMessages() {
    SortedMap<String, String> messages = new TreeMap<>();
    maintenance.forEach((app, one) -> messages.put(app, one.message()));
    return messages;
  }

  /** Tells whether reconcile made the resource at {@code address}. */
  public boolean owns(Address address) {
    return owned.containsKey(address);
  }

  /** Returns the digest of the state that {@code handler} last loaded; empty if there is none. */
  public String activation(String handler) {
    return activations.getOrDefault(handler, "");
  }
}

package dev.reconcile.model;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is remembered between runs. Losing it loses no service: what is there is then foreign until
 * it is taken over, except what carries our mark.
 *
 * @param repo the repo of the last apply, empty before the first
 * @param revision the commit last applied, empty before the first
 * @param owned what reconcile made, by address
 * @param activations handler id to the digest of what it last took up; a missing id is due
 * @param numbers numbers that apps were given on this host, because the repo has none for them yet
 * @param trials what became of the revisions of apps
 * @param protectedApps apps that are not removed even if the repo no longer says so
 */
public record State(
    String repo,
    String revision,
    SortedMap<Address, OwnedResource> owned,
    SortedMap<String, String> activations,
    SortedMap<String, Integer> numbers,
    Trials trials,
    SortedSet<String> protectedApps) {
  /** Before the first run. */
  public static final State EMPTY = new State("", "", new TreeMap<>(), new TreeMap<>());

  /**
   * What became of the revisions of apps.
   *
   * @param quarantine app to the revision of it that did not come up
   * @param probes app to the question that it last answered well
   * @param unfinished run to the apps that it has begun to change and not finished; the empty name
   *     is the host
   * @param unreached app to why visitors did not get it when they were last asked for
   */
  public record Trials(
      SortedMap<String, Quarantine> quarantine,
      SortedMap<String, Step.Probe> probes,
      SortedMap<String, SortedSet<String>> unfinished,
      SortedMap<String, UnreachableSite> unreached) {
    /** Before the first run. */
    public static final Trials EMPTY =
        new Trials(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());

    /** One in which visitors get every app. */
    public Trials(
        SortedMap<String, Quarantine> quarantine,
        SortedMap<String, Step.Probe> probes,
        SortedMap<String, SortedSet<String>> unfinished) {
      this(quarantine, probes, unfinished, new TreeMap<>());
    }

    public Trials {
      quarantine = Collections.unmodifiableSortedMap(new TreeMap<>(quarantine));
      probes = Collections.unmodifiableSortedMap(new TreeMap<>(probes));
      SortedMap<String, SortedSet<String>> copy = new TreeMap<>();
      unfinished.forEach(
          (run, apps) -> copy.put(run, Collections.unmodifiableSortedSet(new TreeSet<>(apps))));
      unfinished = Collections.unmodifiableSortedMap(copy);
      unreached = Collections.unmodifiableSortedMap(new TreeMap<>(unreached));
    }

    /**
     * The runs that were interrupted: what is open, but for the newest while a run goes on, which
     * is that run.
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
  }

  /** A memory without numbers, trials and protection. */
  public State(
      String repo,
      String revision,
      SortedMap<Address, OwnedResource> owned,
      SortedMap<String, String> activations) {
    this(repo, revision, owned, activations, new TreeMap<>(), Trials.EMPTY, new TreeSet<>());
  }

  /** The same with other numbers. */
  public State withNumbers(SortedMap<String, Integer> others) {
    return new State(repo, revision, owned, activations, others, trials, protectedApps);
  }

  /** The same with other trials. */
  public State withTrials(Trials others) {
    return new State(repo, revision, owned, activations, numbers, others, protectedApps);
  }

  /** The same with another revision. */
  public State withRevision(String other) {
    return new State(repo, other, owned, activations, numbers, trials, protectedApps);
  }

  /** The same with other protected apps. */
  public State withProtected(SortedSet<String> others) {
    return new State(repo, revision, owned, activations, numbers, trials, others);
  }

  /** Whether reconcile made what is at {@code address}. */
  public boolean owns(Address address) {
    return owned.containsKey(address);
  }

  /** What {@code handler} last took up, or the empty text. */
  public String activation(String handler) {
    return ((Map<String, String>) activations).getOrDefault(handler, "");
  }
}

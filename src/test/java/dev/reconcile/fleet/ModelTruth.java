// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import dev.reconcile.fleet.Gate.Holder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What really happens on the hosts of the model, kept apart from the gate, and what must hold of
 * it.
 */
final class ModelTruth {
  /** A rule of the contract was broken. */
  static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Broken(String how) {
      super(how);
    }
  }

  /** A slot, as the engine gave it. */
  private record Granted(int order, int most, boolean asCanary, Holder holder) {}

  private final Map<String, Granted> granted = new HashMap<>();
  private final Map<String, Granted> atIt = new HashMap<>();
  private final Set<String> excused = new HashSet<>();
  private final Map<Integer, Set<String>> tookWell = new HashMap<>();
  private final Map<Integer, Set<String>> doneWith = new HashMap<>();
  private final Map<Integer, Integer> failures = new HashMap<>();
  private final Map<String, Integer> failedOn = new HashMap<>();
  private final Map<Integer, Integer> forgiven = new HashMap<>();
  private final Map<Integer, Map<String, String>> pins = new HashMap<>();
  private final Map<Integer, String> commits = new HashMap<>();
  private int order;

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new Broken(otherwise);
    }
  }

  /** The engine has made the exchange of a host. */
  void exchanged(String host, Gate before, Gate after) {
    if (before.newest() != after.newest()) {
      require(before.held().isEmpty(), "a commit was proposed while halted");
    }
    if (before.stable().number() != after.stable().number()) {
      promoted(before, after);
    }
    Holder holder = after.holders().get(host);
    if (holder == null && before.holders().containsKey(host)) {
      granted.remove(host);
    }
    if (holder != null && !holder.equals(before.holders().get(host))) {
      grants(host, holder, before);
    }
  }

  private void grants(String host, Holder holder, Gate before) {
    int release = holder.release();
    require(before.held().isEmpty(), "a slot was granted while halted");
    long failed = before.failed().values().stream().filter(one -> one == release).count();
    require(
        failed < before.stable().numbers().haltAfter(),
        "a slot was granted for a release that failed on halt_after hosts");
    require(
        before.canaries().stream()
            .noneMatch(canary -> before.failed().getOrDefault(canary, 0) == release),
        "a slot was granted for a release that failed on a canary");
    if (release == before.stable().number()) {
      long beside =
          granted.entrySet().stream()
              .filter(one -> !one.getKey().equals(host) && !excused.contains(one.getKey()))
              .filter(one -> one.getValue().holder().release() == release)
              .count();
      require(
          beside <= tookWell.getOrDefault(release, Set.of()).size(),
          "more hosts began than had taken the release");
    }
    excused.remove(host);
    order++;
    int most = before.stable().numbers().maxUnavailable();
    granted.put(host, new Granted(order, most, before.isCandidate(release), holder));
  }

  private void promoted(Gate before, Gate after) {
    int release = after.stable().number();
    Set<String> done = doneWith.getOrDefault(release, Set.of());
    require(
        done.containsAll(before.canaries()),
        "release %d is stable, and only %s of %s have proved it"
            .formatted(release, done, before.canaries()));
  }

  /** A host makes its first change under a slot, or goes on with it. */
  void begins(String host) {
    Granted mine = granted.get(host);
    require(mine != null, "a host began without a slot");
    atIt.put(host, mine);
    Granted latest = mine;
    int count = 0;
    int steps = 0;
    for (Map.Entry<String, Granted> one : atIt.entrySet()) {
      if (!excused.contains(one.getKey())) {
        count++;
        steps += one.getValue().holder().step() ? 1 : 0;
        latest = one.getValue().order() > latest.order() ? one.getValue() : latest;
      }
    }
    require(
        count <= latest.most(),
        "%d of %d at it: %s".formatted(count, latest.most(), atIt.keySet()));
    require(steps <= 1, "two hosts run release steps");
  }

  /** A host is as it was, or as the release wants it. */
  void ends(String host) {
    atIt.remove(host);
  }

  /** A host has come to an end with something that does not answer. */
  void staysUnwell(String host) {
    Granted mine = atIt.get(host);
    Holder still = new Holder(mine.holder().release(), false);
    atIt.put(host, new Granted(mine.order(), mine.most(), mine.asCanary(), still));
  }

  /** The engine knows that a host has no slot. */
  void left(String host) {
    granted.remove(host);
    excused.remove(host);
  }

  /** A host has taken a release with changes. */
  void tookWell(String host, int release) {
    tookWell.computeIfAbsent(release, _ -> new HashSet<>()).add(host);
    recovered(host, release);
  }

  /** A host on which a release failed is well with it. */
  void recovered(String host, int release) {
    if (failedOn.getOrDefault(host, 0) == release) {
      forgiven.merge(release, 1, Integer::sum);
    }
    failedOn.remove(host);
  }

  /** A canary has really stayed well, or has nothing to change. */
  void proves(String host, int release) {
    doneWith.computeIfAbsent(release, _ -> new HashSet<>()).add(host);
  }

  /** A host runs the code of a release. */
  void runs(int release, Revisions revisions) {
    if (release == 0) {
      return;
    }
    String commit = commits.computeIfAbsent(release, _ -> revisions.commit());
    require(commit.equals(revisions.commit()), "two commits in release " + release);
    Map<String, String> pinned = pins.computeIfAbsent(release, _ -> new HashMap<>());
    revisions
        .sources()
        .forEach((source, id) ->
            require(
                pinned.computeIfAbsent(source, _ -> id).equals(id),
                "two commits of a source in release " + release));
  }

  /**
   * A release has failed on a host that is no canary. A host on which it fails again, because a
   * repair was tried there, is no other host.
   */
  void failsElsewhere(String host, int release, FleetNumbers numbers) {
    if (atIt.containsKey(host) && atIt.get(host).asCanary()) {
      return;
    }
    if (failedOn.getOrDefault(host, 0) == release) {
      return;
    }
    failedOn.put(host, release);
    int count = failures.merge(release, 1, Integer::sum);
    int bound = numbers.haltAfter() + numbers.maxUnavailable() - 1;
    require(
        count <= bound + forgiven.getOrDefault(release, 0),
        "release %d failed on %d hosts".formatted(release, count));
  }

  /** An operator does not wait for a host. */
  void skipped(String host, Gate gate) {
    if (granted.containsKey(host)) {
      excused.add(host);
    }
    gate.candidate().ifPresent(one -> proves(host, one.number()));
    forgiven.merge(gate.stable().number(), 1, Integer::sum);
  }

  /** An operator forgives what failed on the stable release. */
  void resumed(Gate gate) {
    int release = gate.stable().number();
    forgiven.put(release, failures.getOrDefault(release, 0) + forgiven.getOrDefault(release, 0));
  }
}

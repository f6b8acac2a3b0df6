// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import dev.reconcile.fleet.Gate.Holder;
import dev.reconcile.fleet.Word.Outcome;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * The rules by which the hosts of a group change their gate.
 *
 * <p>Invariant: every rule is a pure function of the gate and of what the host says. No rule reads
 * a clock, and none takes a slot from a host that is silent.
 */
public class FleetRules {
  /** The rules of the contract. */
  public static final FleetRules CONTRACT = new FleetRules();

  /** A test replaces single rules, to show that it would notice a wrong one. */
  FleetRules() {}

  // ---- conditions

  /** Tells whether an operator has halted the rollout. */
  boolean isHeld(Gate gate) {
    return gate.held().isPresent();
  }

  /** Tells whether a release has failed: on a canary, or on {@code halt_after} other hosts. */
  public boolean hasFailed(Gate gate, int release) {
    int others = 0;
    for (Map.Entry<String, Integer> entry : gate.failed().entrySet()) {
      if (entry.getValue() == release) {
        if (isCanarysFailure(gate, entry.getKey())) {
          return true;
        }
        others++;
      }
    }
    return others >= gate.stable().numbers().haltAfter();
  }

  boolean isCanarysFailure(Gate gate, String host) {
    return gate.canaries().contains(host);
  }

  /** Returns the holders of slots except for {@code host}. */
  SortedMap<String, Holder> others(Gate gate, String host) {
    SortedMap<String, Holder> others = new TreeMap<>(gate.holders());
    others.remove(host);
    return others;
  }

  /** Returns the number of slots. */
  int slots(Gate gate) {
    return gate.stable().numbers().maxUnavailable();
  }

  /** Tells whether one more host may begin with the stable release beside those at it. */
  boolean isRampOpen(Gate gate, long atIt) {
    return atIt <= gate.ok();
  }

  /** Tells whether no other host runs release steps. */
  boolean isStepFree(SortedMap<String, Holder> others) {
    return others.values().stream().noneMatch(Holder::step);
  }

  /** Tells whether a canary has proved the candidate. */
  boolean isProved(Gate gate, String canary) {
    return gate.proved().contains(canary);
  }

  /** Tells whether a host keeps its slot after such an outcome. */
  boolean keepsSlot(Outcome outcome) {
    return outcome == Outcome.UNWELL;
  }

  // ---- asking

  /**
   * Returns the reason for which a host may not begin with a release; empty if it may. A slot that
   * the host holds already does not count.
   */
  public Optional<Refusal> refusal(Gate gate, String host, Holder wanted) {
    if (isHeld(gate)) {
      return Optional.of(Refusal.HELD);
    }
    if (hasFailed(gate, wanted.release())) {
      return Optional.of(Refusal.FAILED);
    }
    SortedMap<String, Holder> others = others(gate, host);
    if (others.size() >= slots(gate)) {
      return Optional.of(Refusal.SLOTS);
    }
    if (wanted.release() == gate.stable().number()
        && !isRampOpen(gate, holdersOf(others, wanted.release()))) {
      return Optional.of(Refusal.RAMP);
    }
    return wanted.step() && !isStepFree(others) ? Optional.of(Refusal.STEP) : Optional.empty();
  }

  private static long holdersOf(SortedMap<String, Holder> holders, int release) {
    return holders.values().stream().filter(one -> one.release() == release).count();
  }

  /** Returns the gate after a host has taken a slot; it must have been asked for. */
  Gate grant(Gate gate, String host, Holder wanted) {
    GateDraft draft = new GateDraft(gate);
    draft.holders.put(host, wanted);
    return draft.gate();
  }

  /** Returns the gate after a host has given back a slot for which it has changed nothing. */
  Gate giveBack(Gate gate, String host) {
    GateDraft draft = new GateDraft(gate);
    draft.holders.remove(host);
    return draft.gate();
  }

  // ---- releases

  /** Tells whether a new commit may become the candidate: nothing is tried, and nobody halted. */
  public boolean mayPropose(Gate gate) {
    return !isHeld(gate)
        && (gate.candidate().isEmpty() || hasFailed(gate, gate.candidate().get().number()));
  }

  /** Returns the gate with a new candidate, which is stable at once if there are no canaries. */
  Gate propose(Gate gate, Revisions revisions, FleetNumbers numbers) {
    GateDraft draft = new GateDraft(gate);
    draft.dropCandidate();
    draft.newest = gate.newest() + 1;
    draft.candidate = Optional.of(new FleetRelease(draft.newest, revisions, numbers));
    return settle(draft.gate());
  }

  /** Returns the gate after a host has pinned sources of a release that nobody needed before. */
  Gate pin(Gate gate, int release, Map<String, String> sources) {
    GateDraft draft = new GateDraft(gate);
    draft.stable = pinned(gate.stable(), release, sources);
    draft.candidate = gate.candidate().map(one -> pinned(one, release, sources));
    return draft.gate();
  }

  private static FleetRelease pinned(FleetRelease one, int release, Map<String, String> sources) {
    return one.number() == release ? one.with(one.revisions().pinning(sources)) : one;
  }

  /** Returns the gate with the candidate as the stable release, if every canary is done with it. */
  Gate settle(Gate gate) {
    if (gate.candidate().isEmpty() || hasFailed(gate, gate.candidate().get().number())) {
      return gate;
    }
    for (String canary : gate.canaries()) {
      if (!isProved(gate, canary) && !gate.skipped().contains(canary)) {
        return gate;
      }
    }
    GateDraft draft = new GateDraft(gate);
    draft.promote(gate.candidate().get());
    return draft.gate();
  }

  // ---- reporting

  /**
   * Returns the gate after a host's word. A word that the gate has already changes nothing, so a
   * host may say it again. The failure of a host that has no slot is an earlier word, or that of a
   * host that was skipped. A word about another commit is of an earlier start of the group.
   */
  Gate report(Gate gate, String host, Word word) {
    if (isOfAnotherStart(gate.newestRelease(), word) || isOfAnotherStart(gate.stable(), word)) {
      return gate;
    }
    GateDraft draft = new GateDraft(gate);
    boolean holds =
        gate.holders().containsKey(host) && gate.holders().get(host).release() == word.release();
    boolean hadFailed = gate.failed().getOrDefault(host, 0) == word.release();
    switch (word.outcome()) {
      case WELL, UNCHANGED, REPAIRED -> {
        if (gate.failed().getOrDefault(host, 0) <= word.release()) {
          draft.failed.remove(host);
        }
        if (word.outcome() == Outcome.WELL
            && (holds || hadFailed)
            && word.release() == gate.stable().number()) {
          draft.ok++;
        }
        if (provesAtOnce(gate, word.outcome())) {
          prove(draft, gate, host, word.release());
        }
      }
      case TAKEN_BACK, UNWELL -> {
        if (holds && isRelease(gate, word.release())) {
          draft.failed.put(host, word.release());
        }
      }
      case PROVED -> prove(draft, gate, host, word.release());
      case NOT_PROVED -> {
        if (isTrying(gate, host, word.release())) {
          draft.failed.put(host, word.release());
          draft.proved.remove(host);
        }
      }
    }
    if (holds && !keepsSlot(word.outcome())) {
      draft.holders.remove(host);
    }
    return settle(draft.gate());
  }

  private static boolean isOfAnotherStart(FleetRelease release, Word word) {
    return release.number() == word.release()
        && !release.revisions().commit().equals(word.commit());
  }

  private static boolean provesAtOnce(Gate gate, Outcome outcome) {
    return outcome == Outcome.UNCHANGED
        || (outcome == Outcome.WELL && gate.stable().numbers().soak().isZero());
  }

  private static void prove(GateDraft draft, Gate gate, String host, int release) {
    if (isTrying(gate, host, release) && !draft.failed.containsKey(host)) {
      draft.proved.add(host);
    }
  }

  private static boolean isTrying(Gate gate, String host, int release) {
    SortedSet<String> skipped = gate.skipped();
    return gate.isCandidate(release) && gate.canaries().contains(host) && !skipped.contains(host);
  }

  private static boolean isRelease(Gate gate, int release) {
    return gate.stable().number() == release || gate.isCandidate(release);
  }
}

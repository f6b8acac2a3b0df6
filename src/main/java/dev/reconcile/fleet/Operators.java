// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import java.util.Collections;
import java.util.Optional;

/**
 * What operators do to a gate. Each is a pure function, which the command exchanges by
 * compare-and-set.
 */
public final class Operators {
  private final FleetRules rules;

  /**
   * @param rules the rules of the hosts of the group
   */
  public Operators(FleetRules rules) {
    this.rules = rules;
  }

  /**
   * Returns the gate of a group that starts, or starts again over a gate that is too old.
   *
   * <p>Invariant: every host accepts it, whatever gate of this group it has seen: its start is
   * later than that of {@code old} and of {@code seen}.
   *
   * @param old the gate that is there; empty if there is none
   * @param seen the newest start and release that this host has seen; empty if it has seen none
   * @param applied what this host has applied last
   * @param numbers the numbers of this host's section
   */
  public static Gate start(
      Optional<Gate> old, Optional<Seen> seen, Revisions applied, FleetNumbers numbers) {
    int start = Math.max(old.map(Gate::start).orElse(0), seen.map(Seen::start).orElse(0));
    int number = Math.max(old.map(Gate::newest).orElse(0), seen.map(Seen::release).orElse(0));
    return Gate.of(start + 1, new FleetRelease(number + 1, applied, numbers));
  }

  /** Returns the gate after a halt: no host begins anything new, and no commit is proposed. */
  public Gate halt(Gate gate, String by, String why) {
    GateDraft draft = new GateDraft(gate);
    draft.held = Optional.of(new Gate.Held(by, why));
    return draft.gate();
  }

  /** Returns the gate after the end of a halt; failures of the stable release are forgiven. */
  public Gate resume(Gate gate) {
    GateDraft draft = new GateDraft(gate);
    draft.held = Optional.empty();
    draft.failed.values().removeAll(Collections.singleton(gate.stable().number()));
    return draft.gate();
  }

  /** Returns the gate after the end of a halt without its candidate; git's newest is next. */
  public Gate resumeNewest(Gate gate) {
    GateDraft draft = new GateDraft(resume(gate));
    draft.dropCandidate();
    return draft.gate();
  }

  /**
   * Returns the gate without the slot, the failure and the proof of a host. If the host is at it,
   * it is one too many from then on.
   */
  public Gate skip(Gate gate, String host) {
    GateDraft draft = new GateDraft(gate);
    draft.holders.remove(host);
    draft.failed.remove(host);
    draft.proved.remove(host);
    if (gate.candidate().isPresent() && gate.canaries().contains(host)) {
      draft.skipped.add(host);
    }
    return rules.settle(draft.gate());
  }
}

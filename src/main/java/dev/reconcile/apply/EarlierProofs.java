// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.UnitKind;
import dev.reconcile.model.Change;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Step;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How the background processes of a plan did before the run. It is recorded before the first
 * change, because release steps stop processes, and a killed run leaves new ones.
 *
 * <p>Invariant: a plan that touches no background process costs nothing.
 */
final class EarlierProofs {
  private static final long PAUSE = 250;

  private EarlierProofs() {}

  /**
   * Watches the processes of a plan, for 5 s at most. Only one that has just been started takes any
   * time. A process is dead before the run only if it is dead now and was so before each killed run
   * that may have restarted it.
   *
   * @param recorded the results that killed runs have recorded, by unit
   */
  static SortedMap<String, EarlierProof> of(
      Host host, Plan plan, Map<String, EarlierProof> recorded) throws HostException {
    SortedMap<String, EarlierProof> proofs = new TreeMap<>();
    SortedSet<String> open = new TreeSet<>();
    for (String unit : units(plan)) {
      // Nothing excuses a new process. systemd would load its unit, which has no command yet, and
      // complain.
      if (recorded.get(unit) == EarlierProof.PASSED || isNew(plan, unit)) {
        proofs.put(unit, EarlierProof.PASSED);
      } else {
        open.add(unit);
      }
    }
    if (!open.isEmpty() && host.facts().live()) {
      watch(host, open)
          .forEach(
              (unit, now) -> proofs.put(unit, now.strictest(recorded.getOrDefault(unit, now))));
    }
    return proofs;
  }

  // its own drop-in gives it its command
  private static boolean isNew(Plan plan, String unit) {
    return plan.changes().stream()
        .map(PlannedChange::change)
        .anyMatch(change ->
            change instanceof Change.Create
                && change.address().kind().equals(FileKind.NAME)
                && change.address().name().startsWith(Layout.dropIns(unit)));
  }

  private static SortedMap<String, EarlierProof> watch(Host host, SortedSet<String> units)
      throws HostException {
    SortedMap<String, EarlierProof> proofs = new TreeMap<>();
    SortedSet<String> open = new TreeSet<>(units);
    long end = System.nanoTime() + ProcessState.PROOF.toNanos();
    SortedMap<String, ProcessState> first = ProcessState.of(host, open);
    SortedMap<String, ProcessState> states = first;
    while (true) {
      for (String unit : List.copyOf(open)) {
        ProcessState now = states.getOrDefault(unit, ProcessState.NONE);
        Optional<EarlierProof> proof =
            EarlierProof.of(first.getOrDefault(unit, ProcessState.NONE), now, System.nanoTime());
        if (proof.isPresent()) {
          boolean hasEnded = proof.get() == EarlierProof.PASSED && hasEndedWell(host, unit, now);
          proofs.put(unit, hasEnded ? EarlierProof.ENDED : proof.get());
          open.remove(unit);
        }
      }
      if (open.isEmpty() || System.nanoTime() >= end) {
        break;
      }
      Sleeper.of(PAUSE);
      states = ProcessState.of(host, open);
    }
    open.forEach(unit -> proofs.put(unit, EarlierProof.PASSED));
    return proofs;
  }

  private static boolean hasEndedWell(Host host, String unit, ProcessState now)
      throws HostException {
    return now.isActive() && now.isStartedAgain() && ProcessEnds.wasSuccess(host, unit);
  }

  /** Judges a process that no step of the plan restarts, and that nothing has touched yet. */
  static EarlierProof now(ProcessState state) {
    return EarlierProof.of(state, state, System.nanoTime()).orElse(EarlierProof.PASSED);
  }

  // those that restart, and those that leave, which a rollback starts again
  private static SortedSet<String> units(Plan plan) {
    SortedSet<String> units = new TreeSet<>();
    plan.handlers().stream()
        .flatMap(due -> due.actions().stream())
        .forEach(action -> {
          if (action.step() instanceof Step.ControlProcess process) {
            units.add(process.unit());
          }
        });
    plan.changes()
        .forEach(planned -> {
          String name = planned.change().address().name();
          if (planned.change() instanceof Change.Delete
              && planned.change().address().kind().equals(UnitKind.NAME)
              && Layout.isProcess(name)) {
            units.add(name);
          }
        });
    return units;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.PathBlocker;
import dev.reconcile.model.Change;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Step;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A check that each path at which a plan creates something is usable, which an apply would
 * otherwise find out half way through.
 *
 * <p>Invariant: the check examines only paths that the plan creates, so a plan without changes
 * costs nothing.
 *
 * @param faults by app: the first unusable path of its changes
 * @param ofHost the unusable paths of changes that belong to no app
 * @param isHostAtFault whether the host, not the desired state, must be fixed
 */
public record PathCheck(
    SortedMap<String, Diagnostic> faults, List<Diagnostic> ofHost, boolean isHostAtFault) {
  public PathCheck {
    faults = Collections.unmodifiableSortedMap(new TreeMap<>(faults));
    ofHost = List.copyOf(ofHost);
  }

  /** Checks the paths of a plan. */
  public static PathCheck of(Facts facts, Plan plan) throws HostException {
    Set<String> cleared = new HashSet<>();
    for (PlannedChange planned : plan.changes()) {
      for (PhasedStep action : planned.actions()) {
        if (action.step() instanceof Step.BackUp moved) {
          cleared.add(moved.path()); // a path that is moved away blocks nothing
        }
      }
    }
    SortedMap<String, Diagnostic> faults = new TreeMap<>();
    List<Diagnostic> ofHost = new ArrayList<>();
    boolean isHostAtFault = false;
    for (PlannedChange planned : plan.changes()) {
      for (PhasedStep action : planned.actions()) {
        Optional<String> made = made(action.step()).filter(path -> !isBelow(path, cleared));
        Optional<PathBlocker> blocker =
            made.isPresent() ? facts.folders().blocker(made.get()) : Optional.empty();
        if (blocker.isPresent()) {
          Diagnostic fault = fault(planned.change(), blocker.get());
          if (planned.change().app().isEmpty()) {
            ofHost.add(fault);
          } else {
            faults.putIfAbsent(planned.change().app(), fault);
          }
          isHostAtFault |= blocker.get().isHostAtFault();
        }
      }
    }
    return new PathCheck(faults, ofHost, isHostAtFault);
  }

  private static Optional<String> made(Step step) {
    if (step instanceof Step.MakeDirectory directory) {
      return Optional.of(directory.path());
    }
    if (step instanceof Step.WriteFile file) {
      return Optional.of(file.path());
    }
    return step instanceof Step.WriteLink link ? Optional.of(link.path()) : Optional.empty();
  }

  private static boolean isBelow(String path, Set<String> folders) {
    for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      if (folders.contains(path.substring(0, slash))) {
        return true;
      }
    }
    return false;
  }

  private static Diagnostic fault(Change change, PathBlocker blocker) {
    String remedy = blocker.isHostAtFault() ? "Fix that" : "Choose another path";
    String detail =
        "Cannot make %s: %s. %s%s"
            .formatted(
                change.address(),
                blocker.why(),
                remedy,
                change.app().isEmpty() ? "." : "; until then " + change.app() + " stays as it is.");
    String summary = "Unusable path";
    return switch (change) {
      case Change.Create c -> Diagnostic.error(c.after().origin(), summary, detail);
      case Change.Update u -> Diagnostic.error(u.after().origin(), summary, detail);
      case Change.TakeOver t -> Diagnostic.error(t.after().origin(), summary, detail);
      case Change.Delete d -> Diagnostic.error(summary, detail);
    };
  }
}

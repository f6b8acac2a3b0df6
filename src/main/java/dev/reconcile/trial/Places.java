package dev.reconcile.trial;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Action;
import dev.reconcile.model.Change;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Step;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.Planned;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Whether what a plan makes can be made where it says: an apply would find out half way through.
 *
 * <p>Invariant: only what the plan makes is looked at, so a plan without changes costs nothing.
 */
public final class Places {
  private final Facts facts;
  private final Set<String> cleared = new HashSet<>();

  private Places(Facts facts) {
    this.facts = facts;
  }

  /** App to the first place of its changes at which nothing can be made; the host's app is "". */
  public static SortedMap<String, Diagnostic> faults(Facts facts, Plan plan) throws HostException {
    Places places = new Places(facts);
    plan.changes().stream()
        .flatMap(planned -> planned.actions().stream())
        .map(Action::step)
        .forEach(places::note);
    SortedMap<String, Diagnostic> faults = new TreeMap<>();
    for (Planned planned : plan.changes()) {
      for (Action action : planned.actions()) {
        Optional<String> made = made(action.step());
        Optional<String> obstacle =
            made.isPresent() ? places.obstacle(made.get()) : Optional.empty();
        obstacle.ifPresent(
            why -> faults.putIfAbsent(planned.change().app(), fault(planned.change(), why)));
      }
    }
    return faults;
  }

  // what is moved away is in nobody's way
  private void note(Step step) {
    if (step instanceof Step.BackUp moved) {
      cleared.add(moved.path());
    }
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

  private Optional<String> obstacle(String path) throws HostException {
    for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      if (cleared.contains(path.substring(0, slash))) {
        return Optional.empty();
      }
    }
    return facts.folders().obstacle(path);
  }

  private static Diagnostic fault(Change change, String why) {
    String detail =
        change.address()
            + " cannot be made: "
            + why
            + "."
            + (change.app().isEmpty()
                ? " Choose another path."
                : " Choose another path; until then " + change.app() + " stays as it is.");
    String summary = "Nothing can be made at a path";
    return switch (change) {
      case Change.Create c -> Diagnostic.error(c.after().origin(), summary, detail);
      case Change.Update u -> Diagnostic.error(u.after().origin(), summary, detail);
      case Change.TakeOver t -> Diagnostic.error(t.after().origin(), summary, detail);
      case Change.Delete d -> Diagnostic.error(summary, detail);
    };
  }
}

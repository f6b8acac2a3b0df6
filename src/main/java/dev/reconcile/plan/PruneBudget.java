package dev.reconcile.plan;

import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How much may be deleted in one run: more than that is a mistake until a person says otherwise.
 */
final class PruneBudget {
  private PruneBudget() {}

  /**
   * The error, if {@code all} is too much.
   *
   * @param all what would be deleted, an app as one
   */
  static Optional<Diagnostic> exceeded(Set<String> all, DesiredState desired, PlanOptions options) {
    // when the last app goes, what all of them stood on goes with it and is no deletion of its own
    boolean appsVanished =
        desired.apps().isEmpty() && all.stream().anyMatch(s -> s.startsWith("app "));
    Set<String> subjects =
        appsVanished
            ? all.stream()
                .filter(subject -> subject.startsWith("app "))
                .collect(Collectors.toCollection(LinkedHashSet::new))
            : all;
    int budget = options.maxPrune() >= 0 ? options.maxPrune() : desired.maxPrune();
    if (appsVanished && options.maxPrune() < 0) {
      return Optional.of(
          Diagnostic.error(
              "No apps in the desired state",
              "The repo declares no app for this host, but "
                  + String.join(", ", subjects)
                  + " would be removed. If apps/ was moved, set --path; if you mean it, pass"
                  + " --max-prune "
                  + subjects.size()
                  + "."));
    }
    return subjects.size() <= budget
        ? Optional.empty()
        : Optional.of(
            Diagnostic.error(
                "Too many deletions",
                subjects.size()
                    + " deletions in one run, and at most "
                    + budget
                    + " are allowed: "
                    + String.join(", ", subjects)
                    + ". If you mean it, pass --max-prune "
                    + subjects.size()
                    + "."));
  }
}

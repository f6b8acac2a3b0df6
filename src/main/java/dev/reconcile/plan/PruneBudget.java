// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The limit of deletions in one run: more are a mistake until a person allows them. */
final class PruneBudget {
  private PruneBudget() {}

  /**
   * Returns the error, if {@code all} exceeds the limit.
   *
   * @param all the deletions; an app counts as one
   * @param desired the desired state
   * @param options the options of the plan
   */
  static Optional<Diagnostic> exceeded(Set<String> all, DesiredState desired, PlanOptions options) {
    // When the last app goes, the resources that all apps shared go with it and do not count.
    boolean appsVanished =
        desired.apps().isEmpty() && all.stream().anyMatch(s -> s.startsWith("app "));
    Set<String> subjects =
        appsVanished
            ? all.stream()
                .filter(subject -> subject.startsWith("app "))
                .collect(Collectors.toCollection(LinkedHashSet::new))
            : all;
    int budget = options.maxPrune() >= 0 ? options.maxPrune() : desired.limits().maxPrune();
    if (appsVanished && options.maxPrune() < 0) {
      return Optional.of(
          Diagnostic.error(
              "No apps in the desired state",
              """
              The repo declares no app for this host, but %s would be removed. If \
              apps/ was moved, set --path; if the removal is intended, pass \
              --max-prune %s.\
              """
                  .formatted(String.join(", ", subjects), subjects.size())));
    }
    return subjects.size() <= budget
        ? Optional.empty()
        : Optional.of(
            Diagnostic.error(
                "Too many deletions",
                """
                %s deletions in one run, and at most %s are allowed: %s. If this is \
                intended, pass --max-prune %s.\
                """
                    .formatted(
                        subjects.size(), budget, String.join(", ", subjects), subjects.size())));
  }
}

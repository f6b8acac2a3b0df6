package dev.reconcile.cli;

import dev.reconcile.model.Suggestion;
import dev.reconcile.plan.Options;
import java.util.LinkedHashSet;
import java.util.Set;

/** What a command line asks of a plan. */
final class PlanOptions {
  private PlanOptions() {}

  /**
   * The options of a run.
   *
   * @param apps the names that {@code --only} may give
   * @throws Stop if it gives another
   */
  static Options of(Arguments arguments, Set<String> apps) throws Stop {
    Set<String> only = new LinkedHashSet<>(arguments.values("only"));
    for (String app : only) {
      if (!apps.contains(app)) {
        throw Arguments.usage(
            "No such app",
            "--only "
                + app
                + ": the desired state has no app of this name."
                + Suggestion.sentence(app, apps));
      }
    }
    return new Options(
        arguments.has("take-over"),
        arguments.line().hasOption("prune") || !arguments.has("no-prune"),
        arguments.whole("max-prune", -1),
        only);
  }
}

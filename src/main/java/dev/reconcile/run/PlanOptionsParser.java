// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.RunOptions;
import dev.reconcile.model.Suggestion;
import dev.reconcile.plan.PlanOptions;
import dev.reconcile.plan.PlanOptions.ReleaseMode;
import java.util.LinkedHashSet;
import java.util.Set;

/** The parser for the plan's options on the command line. */
final class PlanOptionsParser {
  private PlanOptionsParser() {}

  /**
   * Returns the plan's options.
   *
   * @param apps the names that {@code --only} may give
   * @throws CommandFailed if {@code --only} gives another name
   */
  static PlanOptions of(Invocation arguments, Set<String> apps) throws CommandFailed {
    Set<String> only = new LinkedHashSet<>(arguments.values(RunOptions.ONLY));
    for (String app : only) {
      if (!apps.contains(app)) {
        throw Invocation.usage(
            "No such app",
            "--only %s: the desired state has no app of this name.%s"
                .formatted(app, Suggestion.sentence(app, apps)));
      }
    }
    boolean skips = arguments.has(RunOptions.SKIP_RELEASE);
    if (skips && only.isEmpty()) {
      throw Invocation.usage(
          "No app for --skip-release", "Name the app whose release steps are done: --only APP.");
    }
    return new PlanOptions(
        arguments.has(CommonOptions.TAKE_OVER),
        arguments.isTyped(RunOptions.PRUNE) || !arguments.has(RunOptions.NO_PRUNE),
        arguments.whole(RunOptions.MAX_PRUNE, -1),
        only,
        skips ? ReleaseMode.SKIP : ReleaseMode.RUN);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.HostException;
import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.BuildRecipe;
import dev.reconcile.model.BuildRecipe.Command;
import dev.reconcile.model.TreeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The inputs of an app's build steps besides its source: the virtualenv, the commands and the
 * variables. A build whose inputs are all the same is not run again.
 */
final class BuildPlan {
  private final ClosedToBuilds closed;

  /**
   * @param closed what a build cannot see
   */
  BuildPlan(ClosedToBuilds closed) {
    this.closed = closed;
  }

  /**
   * Returns the recipe of an app.
   *
   * @param venv the virtualenv of the app
   */
  BuildRecipe recipe(App app, VenvKind.Spec venv) throws HostException {
    BuildSteps build = app.build();
    if (build.isEmpty()) {
      return BuildRecipe.NONE;
    }
    List<Command> steps =
        build.commands().stream()
            .map(command -> new Command(command.words(), command.timeout()))
            .toList();
    SortedMap<String, String> variables = new TreeMap<>(app.env());
    variables.putAll(build.variables());
    return new BuildRecipe(
        app.name(),
        digest(steps, variables, venv),
        steps,
        variables,
        app.directory(),
        new BuildRecipe.Venv(app.venv().directory(), venv.home(), venv.python()),
        closed.withSecretsTo(app),
        app.secrets().keySet().stream().filter(name -> !variables.containsKey(name)).toList());
  }

  // The virtualenv counts by what it is made of: its name may have been chosen before Python was
  // installed. The time limits do not change the result.
  private static String digest(
      List<Command> steps, Map<String, String> variables, VenvKind.Spec venv) {
    List<String> all = new ArrayList<>(List.of(venv.python(), venv.requirements()));
    for (Command step : steps) {
      all.add(Integer.toString(step.words().size()));
      all.addAll(step.words());
    }
    variables.forEach((name, value) -> all.add(name + "=" + value));
    StringBuilder text = new StringBuilder();
    all.forEach(part -> text.append(part.length()).append(':').append(part).append('\n'));
    return TreeName.of("", List.of(text.toString())).variant();
  }
}

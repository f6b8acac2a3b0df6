// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Step.VenvRecipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The command that installs the requirements of an app into its new virtualenv.
 *
 * @param argv the program and its arguments
 * @param environment the additional variables of its environment
 * @param readable the directories on the host that it reads, to the paths at which it sees them
 */
record Pip(List<String> argv, Map<String, String> environment, Map<String, String> readable) {
  private static final String COPY_FIRST =
      """
      cp -R --preserve=mode,timestamps %s/. "$1" && shift && exec "$@"
      """
          .formatted(PipTools.PACKAGES);

  Pip {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
    readable = Map.copyOf(readable);
  }

  /**
   * Returns the command for a virtualenv that has just been made without pip.
   *
   * @param home the path of the virtualenv in the build
   * @param interpreter the interpreter that made the virtualenv, which may be a script
   * @param programs the targets of the links to its interpreter
   */
  static Pip of(
      Host host,
      PipTools tools,
      BuildDirectories room,
      BuildSandbox sandbox,
      String home,
      VenvRecipe recipe,
      String interpreter,
      List<String> programs)
      throws HostException, StepException {
    String real =
        programs.stream()
            .filter(to -> to.startsWith("/") && !to.contains(".so"))
            .findFirst()
            .orElse(interpreter);
    Optional<String> tree = tools.of(room, sandbox, real, recipe.app());
    List<String> pip = new ArrayList<>();
    if (tree.isPresent()) {
      String packages =
          "%s/lib/%s/site-packages"
              .formatted(home, PipTools.library(host.facts(), room.product()).orElseThrow());
      pip.addAll(List.of("sh", "-c", COPY_FIRST, "sh", packages));
    }
    // -I: without it, pip would import modules of the current directory, such as json.py
    pip.addAll(List.of(home + "/bin/python", "-I"));
    pip.addAll(tree.isPresent() ? List.of(PipTools.PIP + "/pip") : List.of("-m", "pip"));
    pip.addAll(List.of("install", "--quiet", "--no-input"));
    if (!recipe.file().isEmpty()) {
      pip.addAll(List.of("-r", recipe.file()));
    }
    pip.addAll(recipe.names());
    // a setup.py may import pip, or start it to install what it needs itself
    return tree.isEmpty()
        ? new Pip(pip, Map.of(), Map.of())
        : new Pip(pip, Map.of("PYTHONPATH", PipTools.PIP), Map.of(tree.get(), PipTools.PLACE));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.VenvKind;
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
  /**
   * Copies the other packages, runs pip, and then installs pip as venv does if it is needed: by a
   * package, or by the list. pip counts itself as installed and so does not install itself.
   */
  private static final String SCRIPT =
      """
      set -e
      packages=$1 home=$2 list=$3
      shift 3
      cp -R --preserve=mode,timestamps %1$s/. "$packages"
      "$@"
      requires='^Requires-Dist: *pip([^[:alnum:]._-]|$)'
      lists='^[[:space:]]*pip([^[:alnum:]._-]|$)'
      if [ ! -e "$packages/pip" ] \
        && { grep -hsE "$requires" "$packages"/*.dist-info/METADATA | grep -qv 'extra *==' \
          || grep -qsiE "$lists" "$list" \
          || grep -rqsiE --include='*.txt' --include='*.in' --include='*req*' "$lists" %2$s; }; then
        unset PYTHONPATH
        exec "$home/bin/python" -I -m ensurepip --upgrade --default-pip
      fi
      """
          .formatted(PipTools.PACKAGES, VenvKind.SOURCE);

  Pip {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
    readable = Map.copyOf(readable);
  }

  // The name of the file that may list pip; the names that reconcile adds never do.
  private static String listOf(VenvRecipe recipe) {
    return recipe.file().isEmpty() ? "/dev/null" : recipe.file();
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
      pip.addAll(List.of("sh", "-c", SCRIPT, "sh", packages, home, listOf(recipe)));
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

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.Installation;
import dev.reconcile.model.Step.VenvRecipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The commands that install the requirements of an app into its new virtualenv.
 *
 * @param calls the commands, in order; at least one
 * @param environment the additional variables of their environment
 * @param readable the directories on the host that they read, to the paths at which they see them
 */
record Pip(List<Call> calls, Map<String, String> environment, Map<String, String> readable) {
  /**
   * Copies the other packages, runs the first command, and then installs pip as venv does if it is
   * needed: by a package, or by a list. pip counts itself as installed and so does not install
   * itself.
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

  /** Runs a command if the virtualenv has no gunicorn, because the system has one. */
  private static final String UNLESS_THERE =
      """
      program=$1
      shift
      [ -e "$program" ] || exec "$@"
      """;

  /**
   * A command.
   *
   * @param name the program in messages and unit names
   * @param argv the program and its arguments
   */
  record Call(String name, List<String> argv) {
    Call {
      argv = List.copyOf(argv);
    }
  }

  Pip {
    calls = List.copyOf(calls);
    environment = Map.copyOf(environment);
    readable = Map.copyOf(readable);
  }

  // The first file that may list pip; the names that reconcile adds never do.
  private static String listOf(VenvRecipe recipe) {
    List<String> files = recipe.installation().files();
    return files.isEmpty() ? "/dev/null" : files.getFirst();
  }

  /**
   * Returns the commands for a virtualenv that has just been made without pip.
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
    // -I: without it, pip would import modules of the current directory, such as json.py
    List<String> pip = new ArrayList<>(List.of(home + "/bin/python", "-I"));
    pip.addAll(tree.isPresent() ? List.of(PipTools.PIP + "/pip") : List.of("-m", "pip"));
    pip.addAll(List.of("install", "--quiet", "--no-input"));
    if (recipe.installation().options().contains("--no-index")) {
      // the settings of the host may name further folders
      pip.addAll(0, List.of("env", "PIP_CONFIG_FILE=/dev/null"));
    }
    List<Call> calls = calls(home, recipe.installation(), pip, VenvKind.isOfGunicorn(recipe));
    if (tree.isEmpty()) {
      return new Pip(calls, Map.of(), Map.of());
    }
    String packages =
        "%s/lib/%s/site-packages"
            .formatted(home, PipTools.library(host.facts(), room.product()).orElseThrow());
    List<String> first =
        new ArrayList<>(List.of("sh", "-c", SCRIPT, "sh", packages, home, listOf(recipe)));
    first.addAll(calls.getFirst().argv());
    calls.set(0, new Call(calls.getFirst().name(), first));
    // a setup.py may import pip, or start it to install what it needs itself
    return new Pip(calls, Map.of("PYTHONPATH", PipTools.PIP), Map.of(tree.get(), PipTools.PLACE));
  }

  /**
   * Returns the commands of an installation.
   *
   * @param pip the command of pip
   * @param gunicorn whether gunicorn runs the app
   */
  static List<Call> calls(
      String home, Installation installation, List<String> pip, boolean gunicorn) {
    List<Call> calls = new ArrayList<>();
    installation.lock().ifPresent(lock -> calls.addAll(LockCalls.of(lock, home, pip)));
    List<String> all = new ArrayList<>();
    installation.files().forEach(file -> all.addAll(List.of("-r", file)));
    all.addAll(installation.names());
    if (!all.isEmpty()) {
      calls.add(new Call("pip", joined(pip, installation.options(), all)));
    }
    if (!installation.project().isEmpty()) {
      List<String> project = List.of("--no-deps", installation.project());
      calls.add(new Call("pip-project", joined(pip, installation.options(), project)));
    }
    if (gunicorn && installation.seesSystem() && installation.lock().isEmpty()) {
      List<String> own = List.of("--ignore-installed", "--no-deps", "gunicorn");
      List<String> unless = List.of("sh", "-c", UNLESS_THERE, "sh", home + "/bin/gunicorn");
      calls.add(
          new Call(
              "pip-gunicorn", joined(unless, joined(pip, installation.options(), own), List.of())));
    }
    if (calls.isEmpty()) {
      calls.add(new Call("pip", List.of("true")));
    }
    return calls;
  }

  private static List<String> joined(List<String> one, List<String> two, List<String> three) {
    List<String> all = new ArrayList<>(one);
    all.addAll(two);
    all.addAll(three);
    return all;
  }
}

package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.Attributes;
import dev.reconcile.model.Content;
import dev.reconcile.model.Step.VenvRecipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Builds a virtualenv where nothing uses it yet. It is built at its final place, because scripts in
 * it name that place, and counts as whole only once its record is written.
 *
 * <p>pip and its children run in a scope of their own (systemd.scope(5)): when a run is killed they
 * go on, and the next one must end them all before it builds in the same place.
 */
final class VenvBuilder {
  private static final Duration LIMIT = Duration.ofMinutes(30);

  private final Host host;
  private final Progress progress;

  VenvBuilder(Host host, Progress progress) {
    this.host = host;
    this.progress = progress;
  }

  void build(String home, VenvRecipe recipe) throws HostException, StepFailure {
    if (host.facts().stat(home + "/" + VenvKind.RECORD).isPresent()) {
      return;
    }
    try (Progress.Ongoing _ = progress.begins(recipe.app(), "building its virtualenv")) {
      make(home, recipe);
    }
  }

  private void make(String home, VenvRecipe recipe) throws HostException, StepFailure {
    host.run(Command.of("systemctl", "stop", scope(recipe, "*"))); // left by a killed run
    host.discardTree(home);
    host.makeDirectory(home.substring(0, home.lastIndexOf('/')), Attributes.root(0755));
    Optional<String> interpreter = host.facts().program(recipe.python());
    if (interpreter.isEmpty()) {
      throw new StepFailure("No such python", recipe.python() + " is not on this host.");
    }
    run("python3-venv", List.of(interpreter.get(), "-m", "venv", home), "", recipe);
    // -I: else modules in the app's own directory, pip.py or json.py, would be root's code
    List<String> pip =
        new ArrayList<>(
            List.of(home + "/bin/python", "-I", "-m", "pip", "install", "--quiet", "--no-input"));
    if (!recipe.requirementsFile().isEmpty()) {
      pip.addAll(List.of("-r", recipe.requirementsFile()));
    }
    pip.add("gunicorn");
    try (Progress.Ongoing _ = progress.begins(recipe.app(), "installing its requirements")) {
      run("pip", pip, recipe.workingDirectory(), recipe);
    }
    host.writeState(
        home + "/" + VenvKind.RECORD,
        Content.of("python " + interpreter.get() + "\n" + recipe.requirements()),
        Attributes.root(0644));
  }

  // No name is used twice: systemd may not have forgotten a scope when its last process has ended.
  private static String scope(VenvRecipe recipe, String one) {
    return "reconcile-venv-" + recipe.app() + "." + one + ".scope";
  }

  private List<String> scoped(String what, List<String> argv, VenvRecipe recipe) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "systemd-run",
                "--quiet",
                "--scope",
                "--collect",
                "--property=KillSignal=SIGKILL",
                "--unit=" + scope(recipe, host.runName() + "." + what),
                "--"));
    words.addAll(argv);
    return words;
  }

  private void run(String what, List<String> argv, String directory, VenvRecipe recipe)
      throws HostException, StepFailure {
    String place =
        directory.isEmpty() || host.facts().stat(directory).isEmpty()
            ? ""
            : host.onDisk(directory).toString();
    CommandRunner.Result result =
        host.run(
            new Command(
                    scoped(what, argv, recipe),
                    place,
                    Map.of("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
                    LIMIT)
                .over(host.network()));
    if (!result.ok()) {
      String hint =
          result.tail(20).contains("ensurepip")
              ? "\nThe package python3-venv is missing: add it to packages in reconcile.yaml."
              : "";
      throw new StepFailure(
          "A virtualenv could not be built",
          recipe.app()
              + ": "
              + what
              + " said:\n"
              + result.tail(10).indent(4).stripTrailing()
              + hint);
    }
  }
}

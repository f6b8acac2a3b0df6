// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.BuildRecipe;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.NetworkSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The run of a build's programs in sequence. A program and all processes that it started have ended
 * before the next one starts.
 *
 * @param host the host
 * @param room the directories of the build
 * @param sandbox the sandbox in which the programs run
 * @param environment the additional variables of the programs
 * @param app the name of the app
 */
record Build(
    Host host,
    BuildDirectories room,
    BuildSandbox sandbox,
    Map<String, String> environment,
    String app) {
  private static final String FILE = "--property=EnvironmentFile=";
  private static final Duration LIMIT = Duration.ofMinutes(30);
  private static final Duration TO_END = Duration.ofMinutes(1);
  private static final int LINES = 12;
  private static final int NOT_FOUND = 127;

  /** Hints to the user, by a part of a program's output. */
  private static final Map<String, String> HINTS =
      Map.of(
          "ensurepip",
          "The package python3-venv is missing. Add it to packages in reconcile.yaml.",
          "could not read Username",
          "A build cannot prompt for a password, and cannot read root's ~/.netrc. Use git+ssh and source.key.");

  /**
   * Runs a program of the build of a virtualenv and waits for its end.
   *
   * @param name the program's name in messages and unit names
   */
  void run(String name, List<String> argv) throws HostException, StepException {
    Optional<String> output = output(name, argv, LIMIT, List.of());
    if (output.isPresent()) {
      throw new StepException(
          "Virtualenv build failed", app + ": " + name + output.get() + hints(output.get()));
    }
  }

  /**
   * Runs a build step of an app and waits for its end.
   *
   * @param number the number of the step in the app's list, for the unit's name
   * @param variables the variables of the app
   * @param hint the advice for a failure with a certain output
   */
  void step(
      int number,
      BuildRecipe.Command step,
      Map<String, String> variables,
      UnaryOperator<String> hint)
      throws HostException, StepException {
    host.writeState(
        room.variablesFile(), Content.of(environmentFile(variables)), FileAttributes.root(0600));
    List<String> argv = new ArrayList<>(List.of("--"));
    argv.addAll(step.words());
    Optional<String> output =
        output("step" + number, argv, step.limit(), List.of(room.variablesFile()));
    if (output.isPresent()) {
      throw new StepException(
          "Build step failed",
          app + ": " + step.text() + output.get() + hints(output.get()) + hint.apply(output.get()));
    }
  }

  // Returns what a failed program said; empty if it succeeded.
  private Optional<String> output(
      String name, List<String> argv, Duration limit, List<String> environmentFiles)
      throws HostException {
    long began = System.nanoTime();
    List<String> words =
        new ArrayList<>(sandbox.argv(host.runName() + "." + name, all(), limit, argv));
    List<String> more = new ArrayList<>(List.of("--wait", "--pipe"));
    networkFile().ifPresent(file -> more.add(FILE + file));
    environmentFiles.forEach(file -> more.add(FILE + file));
    words.addAll(1, more);
    CommandRunner.Result result =
        host.run(new Command(words, "", Map.of(), limit.plus(TO_END)).over(host.network()));
    if (result.ok()) {
      return Optional.empty();
    }
    StringBuilder text = new StringBuilder();
    if (System.nanoTime() - began >= limit.toNanos()) {
      text.append(" did not end within ").append(words(limit)).append(". It");
    }
    String said = withoutControls(result.tail(LINES));
    text.append(
        said.isEmpty()
            ? " failed with the exit code " + result.exit() + " and without output."
            : " said:\n" + said.indent(4).stripTrailing());
    if (result.exit() == NOT_FOUND) {
      text.append(
          """

          If the program is not on this host, add its package to packages in reconcile.yaml.\
          """);
    }
    return Optional.of(text.toString());
  }

  private static String words(Duration limit) {
    boolean whole = limit.toSeconds() > 0 && limit.toSecondsPart() == 0;
    return whole ? limit.toMinutes() + " minutes" : limit.toMillis() / 1000.0 + " seconds";
  }

  private static String hints(String output) {
    StringBuilder hints = new StringBuilder();
    HINTS.forEach((sign, hint) -> {
      if (output.contains(sign)) {
        hints.append('\n').append(hint);
      }
    });
    return hints.toString();
  }

  private Map<String, String> all() {
    Map<String, String> all = new TreeMap<>(VenvKind.ENVIRONMENT);
    all.putAll(environment);
    return all;
  }

  // pip uses the network settings of git; the file of CA certificates is a copy that it may read
  private Map<String, String> network() {
    NetworkSettings network = host.network();
    return network.authorities().isPresent()
        ? network.trusting(VenvKind.HOME + PipSettings.AUTHORITIES).forPrograms()
        : network.forPrograms();
  }

  // In a file, because all users can read arguments, and a proxy setting may have a password.
  private Optional<String> networkFile() throws HostException {
    if (network().isEmpty()) {
      return Optional.empty();
    }
    String file = room.networkFile();
    Content text = Content.secret(environmentFile(network()));
    host.writeState(file, text, FileAttributes.root(0600));
    return Optional.of(file);
  }

  // as systemd.exec(5) reads it
  private static String environmentFile(Map<String, String> variables) {
    StringBuilder text = new StringBuilder();
    variables.forEach((name, value) ->
        text.append(name)
            .append("=\"")
            .append(value.replaceAll("([\"\\\\$`])", "\\\\$1"))
            .append("\"\n"));
    return text.toString();
  }

  // pip and compilers write colour codes even without a terminal
  private static String withoutControls(String text) {
    return text.replaceAll(
            "\\x1b\\[[0-9;?]*[ -/]*[@-~]|\\x1b\\][^\\x07\\x1b]*(\\x07|\\x1b\\\\)?", "")
        .replaceAll("[\\x00-\\x08\\x0b-\\x1f\\x7f]", "");
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.NetworkSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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
  private static final Duration LIMIT = Duration.ofMinutes(30);
  private static final Duration TO_END = Duration.ofMinutes(1);
  private static final int LINES = 12;

  /** Hints to the user, by a part of a program's output. */
  private static final Map<String, String> HINTS =
      Map.of(
          "ensurepip",
          "The package python3-venv is missing. Add it to packages in reconcile.yaml.",
          "could not read Username",
          "A build cannot prompt for a password, and cannot read root's ~/.netrc. Use git+ssh and source.key.");

  /**
   * Runs a program and waits for its end.
   *
   * @param name the program's name in messages and unit names
   */
  void run(String name, List<String> argv) throws HostException, StepException {
    long began = System.nanoTime();
    List<String> words =
        new ArrayList<>(sandbox.argv(host.runName() + "." + name, all(), LIMIT, argv));
    words.addAll(1, List.of("--wait", "--pipe"));
    networkFile().ifPresent(file -> words.add(1, "--property=EnvironmentFile=" + file));
    CommandRunner.Result result =
        host.run(new Command(words, "", Map.of(), LIMIT.plus(TO_END)).over(host.network()));
    if (result.ok()) {
      return;
    }
    String output = withoutControls(result.tail(LINES));
    StringBuilder detail = new StringBuilder(app + ": " + name);
    if (System.nanoTime() - began >= LIMIT.toNanos()) {
      detail.append(" did not end within ").append(LIMIT.toMinutes()).append(" minutes. It");
    }
    detail.append(" said:\n").append(output.indent(4).stripTrailing());
    HINTS.forEach((sign, hint) -> {
      if (output.contains(sign)) {
        detail.append('\n').append(hint);
      }
    });
    throw new StepException("Virtualenv build failed", detail.toString());
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
    StringBuilder text = new StringBuilder();
    network()
        .forEach((name, value) ->
            text.append(name)
                .append("=\"")
                .append(value.replaceAll("([\"\\\\$`])", "\\\\$1"))
                .append("\"\n"));
    String file = room.networkFile();
    host.writeState(file, Content.secret(text.toString()), FileAttributes.root(0600));
    return Optional.of(file);
  }

  // pip and compilers write colour codes even without a terminal
  private static String withoutControls(String text) {
    return text.replaceAll(
            "\\x1b\\[[0-9;?]*[ -/]*[@-~]|\\x1b\\][^\\x07\\x1b]*(\\x07|\\x1b\\\\)?", "")
        .replaceAll("[\\x00-\\x08\\x0b-\\x1f\\x7f]", "");
  }
}

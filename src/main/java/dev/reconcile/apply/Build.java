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
 * Runs the programs of a build, one after the other; each has ended, with all that it started,
 * before the next.
 *
 * @param host the host
 * @param room its folders
 * @param sandbox where it runs
 * @param environment variables that its programs get
 * @param app whose build it is
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

  /** What a message means to whoever reads it. */
  private static final Map<String, String> HINTS =
      Map.of(
          "ensurepip",
          "The package python3-venv is missing: add it to packages in reconcile.yaml.",
          "could not read Username",
          "A build cannot ask, and does not see root's ~/.netrc. Use git+ssh and source.key.");

  /**
   * Runs a program to its end.
   *
   * @param name what it is called in messages
   */
  void run(String name, List<String> argv) throws HostException, StepFailure {
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
    String said = withoutControls(result.tail(LINES));
    StringBuilder detail = new StringBuilder(app + ": " + name);
    if (System.nanoTime() - began >= LIMIT.toNanos()) {
      detail.append(" did not end within ").append(LIMIT.toMinutes()).append(" minutes. It");
    }
    detail.append(" said:\n").append(said.indent(4).stripTrailing());
    HINTS.forEach((sign, hint) -> {
      if (said.contains(sign)) {
        detail.append('\n').append(hint);
      }
    });
    throw new StepFailure("A virtualenv could not be built", detail.toString());
  }

  private Map<String, String> all() {
    Map<String, String> all = new TreeMap<>(VenvKind.ENVIRONMENT);
    all.putAll(environment);
    return all;
  }

  // pip is led to its servers as git is; the file of authorities is a copy that it may read
  private Map<String, String> network() {
    NetworkSettings network = host.network();
    return network.authorities().isPresent()
        ? network.trusting(VenvKind.HOME + PipSettings.AUTHORITIES).forPrograms()
        : network.forPrograms();
  }

  // by a file: a proxy's password must not be among arguments, which everyone can read
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

  // pip and compilers colour what they say although nobody is there to see it
  private static String withoutControls(String text) {
    return text.replaceAll(
            "\\x1b\\[[0-9;?]*[ -/]*[@-~]|\\x1b\\][^\\x07\\x1b]*(\\x07|\\x1b\\\\)?", "")
        .replaceAll("[\\x00-\\x08\\x0b-\\x1f\\x7f]", "");
  }
}

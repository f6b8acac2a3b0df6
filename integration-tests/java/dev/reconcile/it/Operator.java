// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Runs reconcile on a {@link TestHost}, against one desired-state repository on the same host.
 *
 * @param host the host, with reconcile on it
 * @param repo what --repo is given
 */
record Operator(TestHost host, String repo) implements AutoCloseable {

  static final String REPOSITORY = "desired";
  private static final Duration LIMIT = Duration.ofMinutes(6);

  /** Everything below these places that nobody but the tool changes while nothing is done. */
  private static final String SNAPSHOT =
      """
      find "$@" -xdev \\( -path /run/log -o -path /run/systemd -o -path /run/utmp -o -path /var/log \
        -o -path /var/cache/nginx -o -path /var/lib/systemd -o -path /run/dbus \
        -o -path /run/credentials -o -path /var/tmp/uploads \\) -prune \
        -o -printf '%p %y %i %C@ %m %u %g %s %l\\n' | LC_ALL=C sort
      """;

  /** A fresh host that uses the repository by its file address. */
  static Operator boot() {
    return on(TestHost.boot());
  }

  /** The same on a fresh host. */
  static Operator on(TestHost host) {
    try {
      host.copyJar();
      return new Operator(host, host.git().fileUrl(REPOSITORY));
    } catch (RuntimeException | Error e) {
      host.close();
      throw e;
    }
  }

  /** The same with another address of a repository. */
  Operator from(String url) {
    return new Operator(host, url);
  }

  /** Commits a tree to the repository, and gives the commit's id. */
  String push(DesiredTree tree) {
    return host.git().push(REPOSITORY, tree.varied().files());
  }

  Result apply(String... options) {
    return run("apply", options);
  }

  Result plan(String... options) {
    return run("plan", options);
  }

  private Result run(String command, String... options) {
    List<String> argv = new ArrayList<>(List.of("reconcile", command, "--repo", repo));
    argv.addAll(List.of(options));
    return host.exec(LIMIT, argv.toArray(String[]::new));
  }

  /** Pushes a tree and applies it, which has to succeed. */
  Result converge(DesiredTree tree) {
    push(tree);
    return succeed(0, apply());
  }

  /** Checks an exit code, and shows all that was said if it is another. */
  static Result succeed(int code, Result result) {
    assertThat(result.exitCode())
        .describedAs("exit code\n%s\n%s", result.stdout(), result.stderr())
        .isEqualTo(code);
    return result;
  }

  /** The command that a run prints and that begins with these words. */
  static String command(Result result, String start) {
    String said = result.stdout() + result.stderr();
    return said.lines()
        .map(String::strip)
        .filter(line -> line.startsWith(start))
        .findFirst()
        .orElseThrow(() -> new AssertionError(start + " is not in\n" + said));
  }

  /** The units that a run has left, and those that failed; empty if there are none. */
  String left() {
    return host.runScript(
        """
        systemctl list-units --all --no-legend 'reconcile-*'
        systemctl list-units --failed --no-legend
        """);
  }

  /** The next plan is empty. */
  void assertConverged() {
    Result result = succeed(0, plan("--detailed-exitcode"));
    assertThat(result.stdout()).startsWith("No changes");
  }

  /** What nginx answers for an app over http; any status but 200 is an error. */
  String page(String app) {
    return page(app, "/");
  }

  String page(String app, String path) {
    return host.run("curl", "-sSf", "--max-time", "20", "-H", host(app), "http://localhost" + path);
  }

  /** The status that nginx answers for an app over http. */
  String status(String app) {
    return status(app, "/");
  }

  String status(String app, String path) {
    return host.run(
        "curl",
        "-so",
        "/dev/null",
        "--max-time",
        "20",
        "-w",
        "%{http_code}",
        "-H",
        host(app),
        "http://localhost" + path);
  }

  private static String host(String app) {
    return "Host: " + app + ".test";
  }

  /** The worker processes of apps, which stay the same as long as nobody restarts them. */
  Map<String, List<Integer>> workers(Collection<String> apps) {
    Map<String, List<Integer>> workers = new TreeMap<>();
    for (String app : apps) {
      workers.put(app, host.workers(app));
      assertThat(workers.get(app)).describedAs("workers of " + app).isNotEmpty();
    }
    return workers;
  }

  /** Inode, time of change, mode, owner, size and target of each file in these places. */
  List<String> snapshot(String... places) {
    List<String> argv = new ArrayList<>(List.of("sh", "-ec", SNAPSHOT, "sh"));
    argv.addAll(List.of(places));
    return host.run(argv.toArray(String[]::new)).lines().toList();
  }

  /** What is different in the second snapshot: lines that went and lines that came. */
  static List<String> differences(List<String> before, List<String> after) {
    Set<String> gone = new LinkedHashSet<>(before);
    gone.removeAll(new HashSet<>(after));
    Set<String> come = new LinkedHashSet<>(after);
    come.removeAll(new HashSet<>(before));
    List<String> differences = new ArrayList<>();
    gone.forEach(line -> differences.add("- " + line));
    come.forEach(line -> differences.add("+ " + line));
    return differences;
  }

  @Override
  public void close() {
    host.close();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.web.NginxCommand;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The tests and reloads of nginx, with a check that a reload took effect. */
final class NginxControl {
  /** The summary of a configuration that nginx's own test refuses. */
  static final String REFUSED = "nginx configuration refused";

  /** The MainPID of a unit without a process. */
  private static final String NONE = "0";

  private static final int TRIES = 500;
  private static final long PAUSE_MILLIS = 10;
  private static final String LOG = "/var/log/nginx/error.log";
  private static final Pattern BUSY =
      Pattern.compile("bind\\(\\) to \\S*:(\\d{1,5}) failed \\(\\d+: Address already in use\\)");
  private static final Pattern BIND = Pattern.compile("bind\\(\\) to .*? failed \\([^)]*\\)");

  private static final String HELD_BY_OTHER =
      """

      Port %s is held by %s: stop it and keep it from starting, or have it listen \
      elsewhere.\
      """;
  private static final String HELD_BY_NGINX =
      """

      Port %1$s is held by nginx itself. If one server listens on [::]:%1$s with ipv6only=off, \
      which has the port for IPv4 too, no other may listen on %1$s: remove ipv6only=off and \
      write "listen %1$s;" beside it. Then restart nginx. The first command finds the server.
          nginx -T | grep ipv6only
          systemctl restart nginx\
      """;

  private final Host host;

  NginxControl(Host host) {
    this.host = host;
  }

  /** Returns nginx's warnings about names that two servers have. */
  Set<String> conflicts() throws HostException {
    return conflicts(host.run(NginxCommand.asking(host.facts(), "-t")));
  }

  private static Set<String> conflicts(CommandRunner.Result result) {
    return result
        .err()
        .lines()
        .filter(line -> line.contains("conflicting server name"))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * Tests the configuration, and fails if nginx refuses it or if a new name is used twice.
   *
   * @param before the conflicts that existed before the run, which are ignored
   */
  void test(Set<String> before) throws HostException, StepException {
    CommandRunner.Result result = host.run(NginxCommand.asking(host.facts(), "-t"));
    Set<String> conflicts = conflicts(result);
    conflicts.removeAll(before);
    if (!result.ok() || !conflicts.isEmpty()) {
      throw new StepException(
          REFUSED,
          """
          nginx -t said:
          %s\
          """
              .formatted(
                  (conflicts.isEmpty() ? result.tail(6) : String.join("\n", conflicts))
                      .indent(4)
                      .stripTrailing()));
    }
  }

  /**
   * Reloads nginx, or starts it if it is not running. Only new workers prove a reload: if nginx
   * cannot use the new configuration, it keeps the old workers and reports nothing to its caller.
   * Old and new workers accept requests for a moment, so the reload is complete only when the old
   * ones are shutting down.
   */
  void reload() throws HostException, StepException {
    String ofUnit = masterPid();
    String master = master(ofUnit);
    if (master.equals(NONE)) {
      start();
      return;
    }
    Set<String> before = workers(master);
    long sizeBefore = ServiceLogs.sizeOf(host, LOG);
    // systemd cannot reload an nginx that it did not start (nginx(8), signals)
    CommandRunner.Result result =
        host.run(
            master.equals(ofUnit)
                ? Command.of("systemctl", "reload", "nginx.service")
                : Command.of("kill", "-HUP", master));
    if (!result.ok()) {
      throw new StepException("nginx reload failed", result.tail(5));
    }
    for (int i = 0; i < TRIES; i++) {
      Set<String> now = workers(master);
      boolean fresh = now.stream().anyMatch(worker -> !before.contains(worker));
      now.retainAll(before);
      if (fresh && areLeaving(now)) {
        return;
      }
      Sleeper.of(PAUSE_MILLIS);
    }
    String log = ServiceLogs.endOf(host, LOG, sizeBefore);
    throw new StepException(
        "nginx reload without effect",
        "nginx was reloaded, but still has only its old workers.%s%s%s%s"
            .formatted(
                bindErrors(log), holders(log), ServiceLogs.lastLines(host, "nginx.service"), log));
  }

  /** Returns the bind errors in nginx's log as one sentence; empty if there are none. */
  static String bindErrors(String log) {
    String errors =
        BIND.matcher(log)
            .results()
            .map(MatchResult::group)
            .distinct()
            .collect(Collectors.joining("; "));
    return errors.isEmpty() ? "" : " nginx says: " + errors + ".";
  }

  /** Describes the holders of the ports that nginx could not bind; empty if the log names none. */
  private String holders(String log) throws HostException {
    SortedSet<Integer> ports = new TreeSet<>();
    BUSY.matcher(log).results().forEach(found -> ports.add(Integer.valueOf(found.group(1))));
    StringBuilder holders = new StringBuilder();
    for (int port : ports) {
      Optional<String> holder = host.facts().processListeningOn(port);
      holder.ifPresent(process ->
          holders.append(
              (process.endsWith("(nginx)") ? HELD_BY_NGINX : HELD_BY_OTHER)
                  .formatted(port, process)));
    }
    return holders.toString();
  }

  /**
   * Waits until the workers from before the last reload have ended, because they still use the old
   * addresses. The wait is bounded, so it does not last until the end of a long download.
   */
  void drain() throws HostException {
    String master = master(masterPid());
    for (int i = 0; i < TRIES * 4 && !isDrained(master); i++) {
      Sleeper.of(PAUSE_MILLIS);
    }
  }

  private boolean isDrained(String master) throws HostException {
    for (String worker : workers(master)) {
      if (isLeaving(worker)) {
        return false;
      }
    }
    return true;
  }

  private boolean areLeaving(Set<String> workers) throws HostException {
    for (String worker : workers) {
      if (!isLeaving(worker) && host.facts().stat("/proc/" + worker).isPresent()) {
        return false;
      }
    }
    return true;
  }

  // nginx writes the state of a worker into its process title
  private boolean isLeaving(String worker) throws HostException {
    String file = "/proc/" + worker + "/cmdline";
    if (worker.isEmpty() || host.facts().stat(file).isEmpty()) {
      return false;
    }
    try {
      String title = host.facts().readText(file, 4096);
      return title.contains("shutting down");
    } catch (HostException e) {
      if (host.facts().stat(file).isEmpty()) {
        return false; // it ended between stat and read
      }
      throw e;
    }
  }

  private void start() throws HostException, StepException {
    CommandRunner.Result result = host.run(Command.of("systemctl", "start", "nginx.service"));
    if (!result.ok()) {
      String log = ServiceLogs.lastLines(host, "nginx.service");
      throw new StepException("nginx start failed", result.tail(3) + holders(log) + log);
    }
  }

  private String masterPid() throws HostException {
    return host.run(
            Command.of("systemctl", "show", "--property=MainPID", "--value", "nginx.service"))
        .out()
        .strip();
  }

  // the master of the unit, else that of an nginx that runs outside of systemd
  private String master(String ofUnit) throws HostException {
    return ofUnit.equals(NONE)
        ? host.facts().runningNginx().map(nginx -> Long.toString(nginx.master())).orElse(NONE)
        : ofUnit;
  }

  private Set<String> workers(String master) throws HostException {
    String children = "/proc/" + master + "/task/" + master + "/children";
    if (host.facts().stat(children).isEmpty()) {
      return new HashSet<>();
    }
    String text = host.facts().readText(children, 1 << 20);
    return new HashSet<>(List.of(text.strip().split(" ", -1)));
  }
}

package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.web.NginxCommand;
import java.nio.charset.StandardCharsets;
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

/** Tests and reloads nginx, and makes sure that it took effect. */
final class NginxControl {
  private static final int TRIES = 500;
  private static final long PAUSE_MILLIS = 10;
  private static final String LOG = "/var/log/nginx/error.log";
  private static final Pattern BUSY =
      Pattern.compile("bind\\(\\) to \\S*:(\\d{1,5}) failed \\(\\d+: Address already in use\\)");
  private static final Pattern BIND = Pattern.compile("bind\\(\\) to .*? failed \\([^)]*\\)");

  private static final String HELD_BY_OTHER =
      """

      Port %s is held by %s: stop it and keep it from starting (systemctl \
      disable --now), or have it listen elsewhere.\
      """;
  private static final String HELD_BY_NGINX =
      """

      Port %1$s is held by nginx itself. If one server listens on [::]:%1$s with ipv6only=off, \
      which has the port for IPv4 too, no other may listen on %1$s: remove ipv6only=off and \
      write "listen %1$s;" beside it (to find it: nginx -T | grep ipv6only), then \
      systemctl restart nginx.\
      """;

  private final Host host;

  NginxControl(Host host) {
    this.host = host;
  }

  /** The names that nginx finds used twice, as it says it: only a warning to nginx. */
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
   * Fails if nginx would refuse its configuration, or would take it with a name used twice.
   *
   * @param before conflicts that were there before, and so are nobody's fault
   */
  void test(Set<String> before) throws HostException, StepFailure {
    CommandRunner.Result result = host.run(NginxCommand.asking(host.facts(), "-t"));
    Set<String> conflicts = conflicts(result);
    conflicts.removeAll(before);
    if (!result.ok() || !conflicts.isEmpty()) {
      throw new StepFailure(
          "nginx refuses its configuration",
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
   * Reloads nginx, or starts it if it does not run. Only new workers prove a reload: nginx keeps
   * the old ones, and says nothing to its caller, when it cannot use the new configuration. And for
   * a moment both accept requests, so it is over only when the old ones are leaving.
   */
  void reload() throws HostException, StepFailure {
    String master = masterPid();
    if (master.equals("0")) {
      start();
      return;
    }
    Set<String> before = workers(master);
    long said = ServiceLogs.sizeOf(host, LOG);
    CommandRunner.Result result = host.run(Command.of("systemctl", "reload", "nginx.service"));
    if (!result.ok()) {
      throw new StepFailure("nginx could not be reloaded", result.tail(5));
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
    String log = ServiceLogs.endOf(host, LOG, said);
    throw new StepFailure(
        "nginx did not take up its configuration",
        "It was told to reload, but still has only its old workers.%s%s%s%s"
            .formatted(
                bindErrors(log), holders(log), ServiceLogs.lastLines(host, "nginx.service"), log));
  }

  /** What nginx could not listen on, as its log has it; nothing if that is not what it says. */
  static String bindErrors(String log) {
    String errors =
        BIND.matcher(log)
            .results()
            .map(MatchResult::group)
            .distinct()
            .collect(Collectors.joining("; "));
    return errors.isEmpty() ? "" : " nginx says: " + errors + ".";
  }

  /** Who has the ports that nginx could not have; nothing if that is not what it says. */
  private String holders(String said) throws HostException {
    SortedSet<Integer> ports = new TreeSet<>();
    BUSY.matcher(said).results().forEach(found -> ports.add(Integer.valueOf(found.group(1))));
    StringBuilder holders = new StringBuilder();
    for (int port : ports) {
      Optional<String> holder = host.facts().processListeningOn(port);
      holder.ifPresent(one ->
          holders.append(
              (one.endsWith("(nginx)") ? HELD_BY_NGINX : HELD_BY_OTHER).formatted(port, one)));
    }
    return holders.toString();
  }

  /**
   * Waits until workers from before the last reload are gone: they still use the addresses they
   * had. One that serves a long download is not waited for to its end.
   */
  void drain() throws HostException {
    String master = masterPid();
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

  // nginx writes its workers' state into their titles
  private boolean isLeaving(String worker) throws HostException {
    String file = "/proc/" + worker + "/cmdline";
    if (worker.isEmpty() || host.facts().stat(file).isEmpty()) {
      return false;
    }
    try {
      String title = new String(host.facts().read(file, 4096), StandardCharsets.UTF_8);
      return title.contains("shutting down");
    } catch (HostException e) {
      if (host.facts().stat(file).isEmpty()) {
        return false; // it ended between the two looks
      }
      throw e;
    }
  }

  private void start() throws HostException, StepFailure {
    CommandRunner.Result result = host.run(Command.of("systemctl", "start", "nginx.service"));
    if (!result.ok()) {
      String said = ServiceLogs.lastLines(host, "nginx.service");
      throw new StepFailure("nginx could not be started", result.tail(3) + holders(said) + said);
    }
  }

  private String masterPid() throws HostException {
    return host.run(
            Command.of("systemctl", "show", "--property=MainPID", "--value", "nginx.service"))
        .out()
        .strip();
  }

  private Set<String> workers(String master) throws HostException {
    String children = "/proc/" + master + "/task/" + master + "/children";
    if (host.facts().stat(children).isEmpty()) {
      return new HashSet<>();
    }
    String text = new String(host.facts().read(children, 1 << 20), StandardCharsets.US_ASCII);
    return new HashSet<>(List.of(text.strip().split(" ", -1)));
  }
}

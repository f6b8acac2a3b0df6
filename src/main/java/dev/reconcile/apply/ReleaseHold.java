// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The stop of an app during its release steps, or while a file of its data is moved. Requests on
 * its socket would start it again, so a unit that is ordered before the app's service delays that
 * start: systemd starts no unit before the start of a unit that precedes it is complete.
 *
 * <p>Invariant: the delay ends with the process that made it, and the app then starts again.
 */
final class ReleaseHold {
  private static final String UNITS = Layout.RUNTIME_UNITS;
  private static final String START = "ExecStart=systemctl --no-block start ";

  // systemd ends what does not stop in time; a background process may take long
  private static final Duration LIMIT = Duration.ofDays(30);

  private ReleaseHold() {}

  /**
   * Stops an app, unless it is stopped already.
   *
   * @return the background processes that systemd killed, because they did not end in time
   */
  static List<String> begin(Host host, String app, String service, String socket)
      throws HostException, StepException {
    String unit = "%s%s.%s.service".formatted(Layout.HOLD, app, ProcessHandle.current().pid());
    for (String known : holds(host, app)) {
      if (known.equals(unit)) {
        return List.of();
      }
      host.discardTree(UNITS + "/" + known); // of a killed run, with which it ended
    }
    CommandRunner.Result states = host.run(Command.of("systemctl", "is-active", service, socket));
    List<String> processes = processes(host, app);
    List<String> running = new ArrayList<>(processes);
    Set<String> schedules = new TreeSet<>(ScheduleRuns.of(host.facts(), app));
    if (!states.ok() && running.isEmpty() && schedules.isEmpty()) {
      return List.of(); // nothing runs, so nothing can start it
    }
    List<String> units = new ArrayList<>();
    if (states.out().lines().findFirst().orElse("").equals("active")) {
      units.add(service);
    }
    units.addAll(running);
    host.writeState(
        UNITS + "/" + unit, Content.of(text(service, schedules, units)), FileAttributes.root(0644));
    systemctl(host, "start", "--no-block", unit);
    running.addFirst("stop");
    if (!Layout.isSchedule(service)) { // no step ends a command that runs at times
      running.add(service);
    }
    if (running.size() > 1) {
      systemctl(host, running.toArray(String[]::new));
    }
    return processes.isEmpty() ? processes : ProcessState.killedOf(host, processes);
  }

  // The background processes that run, or that systemd starts again.
  private static List<String> processes(Host host, String app) throws HostException {
    List<String> units = new ArrayList<>();
    CommandRunner.Result listed =
        host.run(
            Command.of(
                "systemctl",
                "list-units",
                "--plain",
                "--full",
                "--no-legend",
                "--state=active,activating",
                new Layout(app).processes()));
    listed.out().lines().forEach(line -> units.add(line.strip().replaceFirst("\\s.*", "")));
    units.removeIf(String::isEmpty);
    return units;
  }

  private static String text(String service, Set<String> schedules, List<String> units) {
    String start = units.isEmpty() ? "" : START + String.join(" ", units) + "\n";
    return """
    # Made by reconcile for one run.
    [Unit]
    Description=Stop of %1$s for a step of a run
    Before=%4$s
    CollectMode=inactive-or-failed
    [Service]
    Type=oneshot
    TimeoutStartSec=infinity
    ExecStart=tail --pid=%2$s -f /dev/null
    %3$s\
    """
        .formatted(
            service,
            ProcessHandle.current().pid(),
            start,
            String.join(" ", Stream.concat(Stream.of(service), schedules.stream()).toList()));
  }

  /** Ends the stop of an app, if there is one. */
  static void end(Host host, Step.EndHold step) throws HostException, StepException {
    List<String> ran = new ArrayList<>();
    for (String unit : holds(host, step.app())) {
      host.facts()
          .readText(UNITS + "/" + unit, 1 << 16)
          .lines()
          .filter(line -> line.startsWith(START))
          .forEach(line -> ran.addAll(List.of(line.substring(START.length()).split(" ", -1))));
      systemctl(host, "stop", unit);
      host.discardTree(UNITS + "/" + unit);
    }
    if (!ran.isEmpty() && step.start()) {
      ran.addFirst("start");
      systemctl(host, ran.toArray(String[]::new));
    }
  }

  /** Reports whether an app is stopped now. */
  static boolean isHeld(Host host, String app) throws HostException {
    return !holds(host, app).isEmpty();
  }

  private static List<String> holds(Host host, String app) throws HostException {
    String prefix = Layout.HOLD + app + ".";
    return host.facts().list(UNITS).stream()
        .filter(name -> name.startsWith(prefix) && name.endsWith(".service"))
        .toList();
  }

  private static void systemctl(Host host, String... words) throws HostException, StepException {
    List<String> argv = new ArrayList<>(List.of("systemctl"));
    argv.addAll(List.of(words));
    Command command = Command.of(argv.toArray(String[]::new)).within(LIMIT);
    CommandRunner.Result result = host.run(command);
    if (!result.ok()) {
      throw new StepException("Stop of an app failed", command.text() + ": " + result.tail(5));
    }
  }
}

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

/**
 * The stop of an app during its release steps, or while a file of its data is moved. Requests on
 * its socket would start it again, so a unit that is ordered before the app's service delays that
 * start: systemd starts no unit before the start of a unit that precedes it is complete.
 *
 * <p>Invariant: the delay ends with the process that made it, and the app then starts again.
 */
final class ReleaseHold {
  private static final String UNITS = Layout.RUNTIME_UNITS;
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private ReleaseHold() {}

  /** Stops an app, unless it is stopped already. */
  static void begin(Host host, String app, String service, String socket)
      throws HostException, StepException {
    String unit = "%s%s.%s.service".formatted(Layout.HOLD, app, ProcessHandle.current().pid());
    for (String known : holds(host, app)) {
      if (known.equals(unit)) {
        return;
      }
      host.discardTree(UNITS + "/" + known); // of a killed run, with which it ended
    }
    CommandRunner.Result states = host.run(Command.of("systemctl", "is-active", service, socket));
    if (!states.ok()) {
      return; // neither runs, so nothing can start it
    }
    boolean runs = states.out().lines().findFirst().orElse("").equals("active");
    host.writeState(UNITS + "/" + unit, Content.of(text(service, runs)), FileAttributes.root(0644));
    systemctl(host, "start", "--no-block", unit);
    systemctl(host, "stop", service);
  }

  private static String text(String service, boolean runs) {
    String start = runs ? "ExecStart=systemctl --no-block start " + service + "\n" : "";
    return """
    # Made by reconcile for one run.
    [Unit]
    Description=Stop of %1$s for a step of a run
    Before=%1$s
    CollectMode=inactive-or-failed
    [Service]
    Type=oneshot
    TimeoutStartSec=infinity
    ExecStart=tail --pid=%2$s -f /dev/null
    %3$s\
    """
        .formatted(service, ProcessHandle.current().pid(), start);
  }

  /** Ends the stop of an app, if there is one. */
  static void end(Host host, Step.EndHold step) throws HostException, StepException {
    boolean ran = false;
    for (String unit : holds(host, step.app())) {
      ran |= host.facts().readText(UNITS + "/" + unit, 1 << 12).contains("systemctl");
      systemctl(host, "stop", unit);
      host.discardTree(UNITS + "/" + unit);
    }
    if (ran && step.start()) {
      systemctl(host, "start", step.service());
    }
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

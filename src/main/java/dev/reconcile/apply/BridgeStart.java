package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Step.Bridge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts a second instance of an app as a transient unit (systemd-run(1)). One that is still there
 * from a run that was killed may be serving, so it is kept.
 */
final class BridgeStart {
  private final Host host;
  private final Progress progress;

  BridgeStart(Host host, Progress progress) {
    this.host = host;
    this.progress = progress;
  }

  void start(Bridge bridge) throws HostException, StepFailure {
    if (host.run(Command.of("systemctl", "is-active", "--quiet", bridge.unit())).ok()) {
      return;
    }
    progress.begins("starting a second instance, " + bridge.unit());
    List<String> argv =
        new ArrayList<>(
            List.of(
                "systemd-run",
                "--quiet",
                "--collect",
                "--unit=" + bridge.unit(),
                "--service-type=notify",
                "--property=User=" + bridge.user(),
                "--property=Group=" + bridge.group(),
                "--property=WorkingDirectory=" + bridge.directory(),
                "--property=RuntimeDirectory=" + bridge.runtimeDirectory(),
                "--property=KillMode=mixed",
                "--property=NoNewPrivileges=yes",
                "--setenv=HOME=/run/" + bridge.runtimeDirectory()));
    bridge.environmentFiles().forEach(file -> argv.add("--property=EnvironmentFile=" + file));
    argv.addAll(List.of(bridge.venv() + "/bin/gunicorn", "--bind", bridge.address(), bridge.app()));
    CommandRunner.Result result =
        host.run(Command.of(argv.toArray(String[]::new)).within(Duration.ofMinutes(3)));
    if (!result.ok()) {
      throw new StepFailure(
          "A second instance could not be started",
          bridge.unit() + ": " + result.tail(5) + Journal.lastLines(host, bridge.unit()));
    }
  }
}

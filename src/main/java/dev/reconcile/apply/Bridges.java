package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.model.Attributes;
import dev.reconcile.model.Content;
import dev.reconcile.model.Step.Bridge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Second instances of apps, as transient units (systemd-run(1)): as the app's user, with the new
 * code, virtualenv and settings, on a socket of their own.
 */
final class Bridges {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private static final int TRIES = 50;
  private static final long PAUSE_MILLIS = 100;

  private final Host host;
  private final Progress progress;

  Bridges(Host host, Progress progress) {
    this.host = host;
    this.progress = progress;
  }

  /** Asks gunicorn whether it could load the app. */
  void check(Bridge bridge) throws HostException, StepFailure {
    // a folder of its own: it goes when the check ends, and a second instance may be serving
    List<String> argv = systemdRun(bridge, bridge.runtimeDirectory() + ".check");
    argv.addAll(List.of("--wait", "--pipe", "--service-type=exec"));
    argv.add("--property=RuntimeMaxSec=" + LIMIT.minusSeconds(10).toSeconds());
    argv.addAll(List.of(bridge.venv() + "/bin/gunicorn", "--check-config", bridge.app()));
    CommandRunner.Result result;
    try (Progress.Ongoing _ = progress.begins(Subject.of(bridge.unit()), "checking its new code")) {
      result = launch(bridge, bridge.runtimeDirectory() + ".check.service", argv);
    }
    if (!result.ok()) {
      throw new StepFailure(
          "An app cannot be loaded",
          "gunicorn --check-config "
              + bridge.app()
              + " as "
              + bridge.user()
              + " said:\n"
              + result.tail(12).indent(4).stripTrailing());
    }
  }

  /** Starts it, unless one of the same revision is still there from a run that was killed. */
  void start(Bridge bridge) throws HostException, StepFailure {
    if (host.run(Command.of("systemctl", "is-active", "--quiet", bridge.unit())).ok()) {
      return;
    }
    List<String> argv = systemdRun(bridge, bridge.runtimeDirectory());
    argv.add("--service-type=notify");
    argv.addAll(List.of(bridge.venv() + "/bin/gunicorn", "--bind", bridge.address(), bridge.app()));
    CommandRunner.Result result;
    try (Progress.Ongoing _ =
        progress.begins(Subject.of(bridge.unit()), "starting a second instance")) {
      result = launch(bridge, bridge.unit(), argv);
    }
    if (!result.ok()) {
      throw new StepFailure(
          "A second instance could not be started",
          bridge.unit() + ": " + result.tail(5) + Journal.lastLines(host, bridge.unit()));
    }
  }

  /** Stops all of an app. */
  void stop(String app) throws HostException, StepFailure {
    String units = Bridge.nameOf(app, "*") + ".service";
    CommandRunner.Result result = host.run(Command.of("systemctl", "stop", units).within(LIMIT));
    if (!result.ok()) {
      throw new StepFailure(
          "A second instance could not be stopped", units + ": " + result.tail(5));
    }
  }

  private static List<String> systemdRun(Bridge bridge, String name) {
    List<String> argv =
        new ArrayList<>(
            List.of(
                "systemd-run",
                "--quiet",
                "--collect",
                "--unit=" + name + ".service",
                "--property=User=" + bridge.user(),
                "--property=Group=" + bridge.group(),
                "--property=WorkingDirectory=" + bridge.directory(),
                "--property=RuntimeDirectory=" + name,
                "--property=KillMode=mixed",
                "--property=NoNewPrivileges=yes",
                "--property=PrivateTmp=yes",
                "--setenv=HOME=/run/" + name));
    for (int i = 0; i < bridge.environment().size(); i++) {
      argv.add("--property=EnvironmentFile=" + environmentFile(bridge, i));
    }
    return argv;
  }

  // A run that was killed may have left one that is just ending: its name is free a little later.
  private CommandRunner.Result launch(Bridge bridge, String unit, List<String> argv)
      throws HostException {
    host.run(Command.of("systemctl", "stop", unit).within(LIMIT));
    CommandRunner.Result result = withEnvironment(bridge, argv);
    for (int i = 0; i < TRIES && result.err().contains("already loaded"); i++) {
      Pause.of(PAUSE_MILLIS);
      result = withEnvironment(bridge, argv);
    }
    return result;
  }

  // Secrets must not be among arguments, which everyone can read; systemd has read the files when
  // the command returns.
  private CommandRunner.Result withEnvironment(Bridge bridge, List<String> argv)
      throws HostException {
    int i = 0;
    for (Content text : bridge.environment()) {
      host.writeState(environmentFile(bridge, i++), text, Attributes.root(0600));
    }
    try {
      return host.run(Command.of(argv.toArray(String[]::new)).within(LIMIT));
    } finally {
      host.discardTree(folder(bridge));
    }
  }

  private static String folder(Bridge bridge) {
    return LocalHost.VOLATILE + "/" + bridge.runtimeDirectory();
  }

  private static String environmentFile(Bridge bridge, int number) {
    return folder(bridge) + "/" + number + ".env";
  }
}

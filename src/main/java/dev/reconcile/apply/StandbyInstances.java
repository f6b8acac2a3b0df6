package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.model.AppSandbox;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Step;
import dev.reconcile.model.Step.StandbyInstance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Second instances of apps, in the app's own sandbox ({@link SandboxUnit}) and on a socket of their
 * own. Their units lie in /run/systemd/system under names that were never used before, so systemd
 * reads them without a daemon-reload.
 */
final class StandbyInstances {
  private static final String UNITS = "/run/systemd/system";
  private static final String TRANSIENT = "/run/systemd/transient";
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final int GRACE_OF_REHEARSAL = 5;
  private static final int GRACE_WHEN_SERVING = 30;
  private static final int TRIES = 5;
  private static final long PAUSE_MILLIS = 20;
  private static final String NO_NAMESPACE = "226/NAMESPACE";

  private final Host host;
  private final FutureFiles future;
  private final Progress progress;
  private final ServiceLogs journal;

  StandbyInstances(Host host, FutureFiles future, Progress progress, ServiceLogs journal) {
    this.host = host;
    this.future = future;
    this.progress = progress;
    this.journal = journal;
  }

  /**
   * Has one answer, and stops it. It is left out where systemd would give a folder that the
   * instance that serves writes into to another user.
   */
  void rehearse(StandbyInstance bridge, Step.Probe probe) throws HostException, StepFailure {
    if (unit(future, bridge).takenFolder().isPresent()) {
      return;
    }
    try {
      rehearse(future, bridge, probe);
    } catch (StepFailure e) {
      throw isOfHost(bridge, probe) ? sharedFailure(bridge, e) : e;
    }
  }

  private void rehearse(FutureFiles files, StandbyInstance bridge, Step.Probe probe)
      throws HostException, StepFailure {
    SandboxUnit unit = unit(files, bridge);
    List<String> mountPoints = new ArrayList<>();
    for (String point : unit.mountPoints()) {
      if (host.facts().stat(point).isEmpty()) {
        mountPoints.add(point);
      }
    }
    // one that a killed run has left may be where nginx leads requests to
    boolean ours = true;
    try {
      ours = start(unit, files, bridge, GRACE_OF_REHEARSAL);
      new HealthCheck(host, progress, journal).await(probe);
    } finally {
      if (ours) {
        remove(bridge.name());
        for (String point : mountPoints) {
          host.removeEmptyDirectory(point);
        }
      }
    }
  }

  // Does it answer with the shared unit files as they are now?
  private boolean isOfHost(StandbyInstance bridge, Step.Probe probe) throws HostException {
    Optional<FutureFiles> without = future.withoutSharedFilesOf(bridge.sandbox().service());
    if (without.isEmpty()) {
      return false;
    }
    StandbyInstance other = new StandbyInstance(bridge.name() + "s", bridge.sandbox());
    try {
      rehearse(
          without.get(),
          other,
          new Step.Probe(
              other.service(),
              probe.log(),
              other.address(),
              probe.path(),
              probe.host(),
              probe.least(),
              probe.most(),
              probe.timeout()));
      return true;
    } catch (StepFailure e) {
      return false;
    }
  }

  private static StepFailure sharedFailure(StandbyInstance bridge, StepFailure e) {
    return StepFailure.ofHost(
        "What all apps share keeps one from answering",
        """
        %s answers with the unit files that all apps share as they are now, and \
        not as this commit has them. They belong to no app, so nothing more is \
        changed. With them:
        %s\
        """
            .formatted(bridge.sandbox().app(), e.diagnostic().detail()));
  }

  /** Starts one that stays, unless one of the same revision is still there from a killed run. */
  void start(StandbyInstance bridge) throws HostException, StepFailure {
    start(unit(future, bridge), future, bridge, GRACE_WHEN_SERVING);
  }

  private SandboxUnit unit(FutureFiles files, StandbyInstance bridge) throws HostException {
    return new SandboxUnit(host.facts(), files, bridge.sandbox(), bridge.name());
  }

  /** Whether it was not there yet. */
  private boolean start(SandboxUnit unit, FutureFiles files, StandbyInstance bridge, int grace)
      throws HostException, StepFailure {
    try (Progress.Ongoing _ =
        progress.begins(bridge.sandbox().app(), "starting a second instance")) {
      String folder = LocalHost.VOLATILE + "/" + bridge.name();
      SandboxEnvironment environment =
          SandboxEnvironment.of(host.facts(), files, unit, bridge.sandbox(), folder);
      String text = unit.service(environment.files(), grace, true);
      if (isThere(bridge, text)) {
        return false;
      }
      CommandRunner.Result result = launch(bridge, files, unit, text, environment);
      if (!result.ok() && journal.lastLines(bridge.service()).contains(NO_NAMESPACE)) {
        // this host has none: the app's unit is not kept from running by that
        String plain = unit.service(environment.files(), grace, false);
        remove(bridge.name());
        result = launch(bridge, files, unit, plain, environment);
      }
      if (!result.ok()) {
        throw new StepFailure(
            "An app does not start",
            "A second instance of %s ended before it could be asked.%s%s%s"
                .formatted(
                    bridge.sandbox().app(),
                    unread(result),
                    journal.lastLines(bridge.service()),
                    journal.endOfLogs(bridge.sandbox().app())));
      }
      return true;
    }
  }

  // systemctl(1) leads to a journal that is shown here
  private static String unread(CommandRunner.Result result) {
    String said = result.tail(2);
    return said.contains("journalctl") ? "" : " " + said;
  }

  private boolean isThere(StandbyInstance bridge, String text) throws HostException {
    String path = UNITS + "/" + bridge.service();
    return host.facts().text(path, 1 << 20).filter(text::equals).isPresent()
        && host.run(Command.of("systemctl", "is-active", "--quiet", bridge.service())).ok();
  }

  private CommandRunner.Result launch(
      StandbyInstance bridge,
      FutureFiles files,
      SandboxUnit unit,
      String text,
      SandboxEnvironment environment)
      throws HostException, StepFailure {
    boolean known = remove(bridge.name());
    environment.write(host);
    try {
      write(bridge, files, unit, text);
      if (known) {
        host.run(Command.of("systemctl", "daemon-reload"));
      }
      CommandRunner.Result result = systemctlStart(bridge);
      // systemd knows by a folder's time whether a file has come, and its clock ticks slowly
      for (int i = 0; i < TRIES && result.err().contains("not found"); i++) {
        Sleeper.of(PAUSE_MILLIS);
        write(bridge, files, unit, text);
        result = systemctlStart(bridge);
      }
      return result;
    } finally {
      host.discardTree(environment.folder()); // it has been read
    }
  }

  private CommandRunner.Result systemctlStart(StandbyInstance bridge) throws HostException {
    return host.run(
        Command.of("systemctl", "start", bridge.socket(), bridge.service()).within(LIMIT));
  }

  // The service last: whoever finds it finds all of it.
  private void write(StandbyInstance bridge, FutureFiles files, SandboxUnit unit, String text)
      throws HostException {
    FileAttributes attributes = FileAttributes.root(unit.isSecret() ? 0600 : 0644);
    AppSandbox sandbox = bridge.sandbox();
    mask(bridge.service(), files);
    mask(bridge.socket(), files);
    host.writeState(
        UNITS + "/" + bridge.socket(),
        Content.of(SandboxUnit.socket(files, sandbox, bridge.name())),
        FileAttributes.root(0644));
    host.writeState(UNITS + "/" + bridge.service(), Content.of(text), attributes);
  }

  // What systemd adds to every unit of a type is in the text already, as far as it holds.
  private void mask(String unit, FutureFiles files) throws HostException {
    String type = unit.substring(unit.lastIndexOf('.') + 1);
    for (String name : files.dropInsOfType(type)) {
      host.writeState(
          UNITS + "/" + unit + ".d/" + name,
          Content.of("# taken up elsewhere\n"),
          FileAttributes.root(0644));
    }
  }

  /** Stops all of an app, those that killed runs have left included. */
  void stop(String app) throws HostException, StepFailure {
    remove(StandbyInstance.nameOf(app, ""));
  }

  private boolean remove(String prefix) throws HostException, StepFailure {
    return remove(host, prefix);
  }

  /** Stops all that killed runs have left, of whichever app. */
  static void clear(Host host) throws HostException {
    try {
      remove(host, StandbyInstance.ALL);
    } catch (StepFailure e) {
      throw new HostException(e.diagnostic().detail(), e);
    }
  }

  /** Whether there was one whose name begins so. */
  private static boolean remove(Host host, String prefix) throws HostException, StepFailure {
    List<String> made = named(host, UNITS, prefix);
    if (made.isEmpty()
        && named(host, TRANSIENT, prefix).isEmpty()
        && named(host, UNITS, LocalHost.TEMPORARY + prefix).isEmpty()) {
      return false;
    }
    CommandRunner.Result result =
        host.run(
            Command.of("systemctl", "stop", prefix + "*.service", prefix + "*.socket")
                .within(LIMIT));
    if (!result.ok()) {
      throw new StepFailure(
          "A second instance could not be stopped", prefix + "*: " + result.tail(5));
    }
    for (String name : made) {
      host.discardTree(UNITS + "/" + name);
    }
    for (String name : named(host, UNITS, LocalHost.TEMPORARY + prefix)) {
      host.clearUnfinished(UNITS + "/" + name.substring(LocalHost.TEMPORARY.length()));
    }
    return true;
  }

  private static List<String> named(Host host, String folder, String prefix) throws HostException {
    return host.facts().list(folder).stream().filter(name -> name.startsWith(prefix)).toList();
  }
}

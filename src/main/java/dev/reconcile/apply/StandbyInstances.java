// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.model.AppSandbox;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Step;
import dev.reconcile.model.Step.StandbyInstance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The standby instances of apps, in the app's own sandbox ({@link SandboxUnit}) and on their own
 * socket. Their units are in /run/systemd/system under names that were never used before, so that
 * systemd loads them without a daemon-reload.
 */
final class StandbyInstances {
  private static final String UNITS = Layout.RUNTIME_UNITS;
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final int TRIES = 5;
  private static final long PAUSE_MILLIS = 20;
  private static final String NO_NAMESPACE = "226/NAMESPACE";

  /** The use of an instance. Instances of different uses have different units. */
  private enum Use {
    /** One worker shows whether the app loads and answers; the restart starts all of them. */
    REHEARSES(5),
    REHEARSES_WITH_ALL_WORKERS(5),
    SERVES(30);

    private final int graceSeconds;

    Use(int graceSeconds) {
      this.graceSeconds = graceSeconds;
    }
  }

  private final Host host;
  private final FutureFiles future;
  private final Progress progress;
  private final ServiceLogs journal;
  private final List<String> plain = new CopyOnWriteArrayList<>();
  private Optional<InstanceMemory> memory = Optional.empty();

  StandbyInstances(Host host, FutureFiles future, Progress progress, ServiceLogs journal) {
    this.host = host;
    this.future = future;
    this.progress = progress;
    this.journal = journal;
  }

  /**
   * Starts an instance, checks its health and stops it. The rehearsal is skipped if systemd would
   * change the owner of a directory that the serving instance writes to.
   */
  void rehearse(StandbyInstance standby, Step.Probe probe) throws HostException, StepException {
    if (unit(future, standby).takenFolder().isPresent()) {
      return;
    }
    try {
      rehearse(future, standby, probe);
    } catch (StepException e) {
      throw isOfHost(standby, probe) ? sharedFailure(standby, e) : e;
    }
  }

  // Hooks in gunicorn's configuration may count the workers, so one worker alone may fail to start.
  private void rehearse(FutureFiles files, StandbyInstance standby, Step.Probe probe)
      throws HostException, StepException {
    try {
      rehearse(files, standby, probe, Use.REHEARSES);
    } catch (StepException e) {
      StandbyInstance whole = standby.another("w");
      if (!standby.sandbox().listener().isGunicorn()) {
        throw e; // another server ran with all that it has
      }
      boolean isEnded = e.diagnostic().summary().equals(HealthCheck.NOT_STARTED);
      if (!isEnded || !passes(files, whole, probe.of(whole))) {
        throw e;
      }
    }
  }

  private boolean passes(FutureFiles files, StandbyInstance standby, Step.Probe probe)
      throws HostException {
    try {
      rehearse(files, standby, probe, Use.REHEARSES_WITH_ALL_WORKERS);
      return true;
    } catch (StepException e) {
      return false;
    }
  }

  private void rehearse(FutureFiles files, StandbyInstance standby, Step.Probe probe, Use use)
      throws HostException, StepException {
    SandboxUnit unit = unit(files, standby);
    List<String> mountPoints = missing(unit.mountPoints());
    // nginx may send requests to an instance that a killed run left
    boolean ours = true;
    try {
      ours = start(unit, files, standby, use);
      new HealthCheck(host, progress, journal).await(probe);
    } finally {
      if (ours) {
        remove(standby.name());
        removeEmpty(mountPoints);
      }
    }
  }

  private List<String> missing(List<String> directories) throws HostException {
    List<String> missing = new ArrayList<>();
    for (String directory : directories) {
      if (host.facts().stat(directory).isEmpty()) {
        missing.add(directory);
      }
    }
    return missing;
  }

  private void removeEmpty(List<String> directories) throws HostException {
    for (String directory : directories) {
      host.removeEmptyDirectory(directory);
    }
  }

  // Repeats the rehearsal with the live shared unit files: if it passes, their change is at fault.
  private boolean isOfHost(StandbyInstance standby, Step.Probe probe) throws HostException {
    Optional<FutureFiles> without = future.withoutSharedFilesOf(standby.sandbox().service());
    if (without.isEmpty()) {
      return false;
    }
    StandbyInstance other = standby.another("s");
    return passes(without.get(), other, probe.of(other));
  }

  private static StepException sharedFailure(StandbyInstance standby, StepException e) {
    return StepException.ofHost(
        "App broken by shared unit files",
        """
        %s answers with the current shared unit files, but not with those of this \
        commit. They belong to no app, so reconcile changes nothing more. With the \
        new ones:
        %s\
        """
            .formatted(standby.sandbox().app(), e.diagnostic().detail()));
  }

  /**
   * Starts an instance with all workers, checks its health and lets it run. An app that is stopped,
   * cannot have a second instance or would not leave enough memory is only rehearsed.
   */
  void standIn(Step.StandIn step) throws HostException, StepException {
    StandbyInstance standby = step.standby();
    String app = standby.sandbox().app();
    SandboxUnit unit = unit(future, standby);
    if (unit.takenFolder().isPresent() || ReleaseHold.isHeld(host, app)) {
      rehearse(standby, step.probe());
      return;
    }
    if (!memory().hasRoomFor(standby.sandbox().service())) {
      plain.add(app + ": There is not enough memory for a second instance.");
      rehearse(standby, step.probe());
      return;
    }
    try {
      startHealthy(unit, standby, step.probe());
    } catch (StepException e) {
      throw isOfHost(standby, step.probe()) ? sharedFailure(standby, e) : e;
    }
  }

  private synchronized InstanceMemory memory() throws HostException {
    InstanceMemory known = memory.isPresent() ? memory.get() : new InstanceMemory(host);
    memory = Optional.of(known);
    return known;
  }

  private void startHealthy(SandboxUnit unit, StandbyInstance standby, Step.Probe probe)
      throws HostException, StepException {
    List<String> mountPoints = missing(unit.mountPoints());
    boolean healthy = false;
    try {
      start(unit, future, standby, Use.SERVES);
      new HealthCheck(host, progress, journal).await(probe);
      healthy = true;
    } finally {
      if (!healthy) {
        remove(standby.name());
        removeEmpty(mountPoints);
      }
    }
  }

  /** Returns why apps were only rehearsed although they serve. */
  List<String> plain() {
    return plain;
  }

  /** Starts an instance that keeps running, unless a killed run left one of the same revision. */
  void start(StandbyInstance standby) throws HostException, StepException {
    start(unit(future, standby), future, standby, Use.SERVES);
  }

  private SandboxUnit unit(FutureFiles files, StandbyInstance standby) throws HostException {
    return new SandboxUnit(host.facts(), files, standby.sandbox(), standby.name());
  }

  /** Returns false if an equal instance is already running. */
  private boolean start(SandboxUnit unit, FutureFiles files, StandbyInstance standby, Use use)
      throws HostException, StepException {
    try (Progress.Ongoing _ =
        progress.begins(standby.sandbox().app(), "starting a standby instance")) {
      String folder = LocalHost.VOLATILE + "/" + standby.name();
      SandboxEnvironment environment =
          SandboxEnvironment.of(
              host.facts(),
              files,
              unit,
              standby.sandbox(),
              folder,
              use == Use.REHEARSES && !unit.limitsWorkers());
      String text = unit.service(environment.files(), use.graceSeconds, true);
      if (isThere(standby, text)) {
        return false;
      }
      CommandRunner.Result result = launch(standby, files, unit, text, environment);
      if (!result.ok() && journal.lastLines(standby.service()).contains(NO_NAMESPACE)) {
        // this host has no mount namespaces, and the app's own unit runs without them
        String plain = unit.service(environment.files(), use.graceSeconds, false);
        remove(standby.name());
        result = launch(standby, files, unit, plain, environment);
      }
      if (!result.ok()) {
        throw new StepException(
            HealthCheck.NOT_STARTED,
            "A standby instance of %s ended before it could be asked.%s%s%s"
                .formatted(
                    standby.sandbox().app(),
                    unread(result),
                    journal.lastLines(standby.service()),
                    journal.endOfLogs(standby.sandbox().app())));
      }
      return true;
    }
  }

  // systemctl(1) refers to the journal, which the message shows anyway
  private static String unread(CommandRunner.Result result) {
    String output = result.tail(2);
    return output.contains("journalctl") ? "" : " " + output;
  }

  private boolean isThere(StandbyInstance standby, String text) throws HostException {
    String path = UNITS + "/" + standby.service();
    return host.facts().text(path, 1 << 20).filter(text::equals).isPresent()
        && host.run(Command.of("systemctl", "is-active", "--quiet", standby.service())).ok();
  }

  private CommandRunner.Result launch(
      StandbyInstance standby,
      FutureFiles files,
      SandboxUnit unit,
      String text,
      SandboxEnvironment environment)
      throws HostException, StepException {
    boolean known = remove(standby.name());
    environment.write(host);
    try {
      write(standby, files, unit, text);
      if (known) {
        host.run(Command.of("systemctl", "daemon-reload"));
      }
      CommandRunner.Result result = systemctlStart(standby);
      // systemd detects a new file by the directory's time, which has a coarse resolution
      for (int i = 0; i < TRIES && result.err().contains("not found"); i++) {
        Sleeper.of(PAUSE_MILLIS);
        write(standby, files, unit, text);
        result = systemctlStart(standby);
      }
      return result;
    } finally {
      host.discardTree(environment.folder()); // systemd has read it
    }
  }

  private CommandRunner.Result systemctlStart(StandbyInstance standby) throws HostException {
    Command start =
        standby.sandbox().listener().isHeld()
            ? Command.of("systemctl", "start", standby.socket(), standby.service())
            : Command.of("systemctl", "start", standby.service());
    return host.run(start.within(LIMIT));
  }

  // The service is written last, so that an existing service is complete.
  private void write(StandbyInstance standby, FutureFiles files, SandboxUnit unit, String text)
      throws HostException {
    FileAttributes attributes = FileAttributes.root(unit.isSecret() ? 0600 : 0644);
    AppSandbox sandbox = standby.sandbox();
    DropInMasks.write(host, files, standby.service());
    if (sandbox.listener().isHeld()) {
      DropInMasks.write(host, files, standby.socket());
      host.writeState(
          UNITS + "/" + standby.socket(),
          Content.of(SandboxSocket.of(files, sandbox, standby.name())),
          FileAttributes.root(0644));
    }
    host.writeState(UNITS + "/" + standby.service(), Content.of(text), attributes);
  }

  /** Stops all instances of an app, including those of killed runs. */
  void stop(String app) throws HostException, StepException {
    remove(StandbyInstance.nameOf(app, ""));
  }

  private boolean remove(String prefix) throws HostException, StepException {
    return StandbyRemoval.of(host, prefix);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.host.UnitProperties;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Release;
import dev.reconcile.model.Releases;
import dev.reconcile.systemd.CommandText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The unit of a release step. systemd ends it at its timeout, also without a run. It stays loaded
 * after its end, so that a later run knows whether the step has succeeded.
 */
final class ReleaseUnit {
  private static final String UNITS = Layout.RUNTIME_UNITS;
  private static final Pattern SERVICE =
      Pattern.compile(
          Pattern.quote(Layout.RELEASE) + "(?<app>[^.]+)\\.(?<digest>[^.]+)-[0-9]+\\.service");
  private static final int TRIES = 5;
  private static final long FIRST_PAUSE = 20;
  private static final long LONGEST_PAUSE = 500;
  private static final long MOST_OUTPUT = 1 << 20;
  private static final int NO_NAMESPACE = 226; // systemd.exec(5), "Process Exit Codes"

  /** The key under which {@link #await} tells whether the unit was at work. */
  private static final String WAITED = "waited";

  private static final Set<String> AT_WORK = Set.of("activating", "deactivating", "reloading");

  private final Host host;
  private final FutureFiles future;
  private final ServiceLogs journal;
  private final Release release;
  private final Release.Command command;
  private final int index;
  private final String name;

  /**
   * @param digest the digest of the app's steps, which the unit's name contains
   * @param index the position of the step, from 0
   */
  ReleaseUnit(
      Host host,
      FutureFiles future,
      ServiceLogs journal,
      Release release,
      String digest,
      int index) {
    this.host = host;
    this.future = future;
    this.journal = journal;
    this.release = release;
    this.command = release.commands().get(index);
    this.index = index;
    this.name = "%s%s.%s-%d".formatted(Layout.RELEASE, release.app(), digest, index + 1);
  }

  private String service() {
    return name + ".service";
  }

  // Besides drop-ins, it contains what only this unit reads; systemd reads no other names.
  private String folder() {
    return UNITS + "/" + service() + ".d";
  }

  private String output() {
    return folder() + "/output";
  }

  /** Waits until no step of a killed run for another revision, or of another position, goes on. */
  void awaitOthers() throws HostException {
    for (String other : services(host, release.app())) {
      if (!other.equals(service())) {
        await(other);
      }
    }
  }

  /** Runs the step, unless one that a killed run began goes on or has succeeded. */
  void run() throws HostException, StepException {
    Map<String, String> state =
        services(host, release.app()).contains(service()) ? await(service()) : Map.of();
    if (hasSucceeded(state)) {
      return;
    }
    boolean wasAtWork = !state.isEmpty() && Boolean.parseBoolean(state.get(WAITED));
    if (!wasAtWork) {
      state = started(true);
      if (status(state) == NO_NAMESPACE) {
        state = started(false); // this host has no mount namespaces, and the app runs without them
      }
    }
    if (!hasSucceeded(state)) {
      throw failure(state);
    }
  }

  private Map<String, String> started(boolean covered) throws HostException, StepException {
    boolean known = remove();
    SandboxUnit unit = new SandboxUnit(host.facts(), future, release.sandbox(), name);
    SandboxEnvironment environment = SandboxEnvironment.ofCommand(future, unit, folder());
    List<String> mountPoints = new ArrayList<>();
    for (String point : unit.mountPoints()) {
      if (host.facts().stat(point).isEmpty()) {
        mountPoints.add(point);
      }
    }
    CommandTrees.keep(host, folder(), release.sandbox());
    environment.write(host);
    host.writeState(output(), Content.of(""), unit.owner());
    DropInMasks.write(host, future, service());
    String text = text(unit, environment, covered);
    write(text, unit.isSecret());
    if (known) {
      host.run(Command.of("systemctl", "daemon-reload"));
    }
    start(text, unit.isSecret());
    Map<String, String> state = await(service());
    for (String point : mountPoints) {
      host.removeEmptyDirectory(point);
    }
    return state;
  }

  private String text(SandboxUnit unit, SandboxEnvironment environment, boolean covered)
      throws HostException {
    return """
    %sType=oneshot
    RemainAfterExit=yes
    TimeoutStartSec=%dms
    ExecStart=%s
    StandardInput=null
    StandardOutput=append:%s
    StandardError=append:%s
    """
        .formatted(
            unit.command(environment.files(), covered, command.stop() ? stopped() : ""),
            command.timeout().toMillis(),
            CommandText.execStart(release.venv(), command.words()),
            output(),
            output());
  }

  private String stopped() throws HostException {
    List<String> units = new ArrayList<>(List.of(release.sandbox().service()));
    units.addAll(ScheduleRuns.of(host.facts(), release.app()));
    return String.join(" ", units);
  }

  private void write(String text, boolean isSecret) throws HostException {
    host.writeState(
        UNITS + "/" + service(), Content.of(text), FileAttributes.root(isSecret ? 0600 : 0644));
  }

  private void start(String text, boolean isSecret) throws HostException, StepException {
    Command start = Command.of("systemctl", "start", "--no-block", service());
    CommandRunner.Result result = host.run(start);
    // systemd detects a new file by the directory's time, which has a coarse resolution
    for (int i = 0; i < TRIES && result.err().contains("not found"); i++) {
      Sleeper.of(FIRST_PAUSE);
      write(text, isSecret);
      result = host.run(start);
    }
    if (!result.ok()) {
      throw new StepException(
          ReleaseRunner.FAILED, what("could not be started") + " " + result.tail(5));
    }
  }

  /** Waits until a unit has ended, and returns its properties. */
  private Map<String, String> await(String unit) throws HostException {
    Map<String, String> state = state(unit);
    boolean waited = false;
    for (long pause = FIRST_PAUSE; isAtWork(state); pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      waited = true;
      Sleeper.of(pause);
      limitOutput(unit);
      state = state(unit);
    }
    state.put(WAITED, String.valueOf(waited));
    return state;
  }

  // The unit appends, so its next line is the first again. Memory holds the file.
  private void limitOutput(String unit) throws HostException {
    String file = UNITS + "/" + unit + ".d/output";
    Optional<Stat> stat = host.facts().stat(file);
    if (stat.isPresent() && stat.get().size() > MOST_OUTPUT) {
      host.run(Command.of("truncate", "--size=0", file));
    }
  }

  private Map<String, String> state(String unit) throws HostException {
    List<Map<String, String>> units =
        UnitProperties.ask(
            host,
            List.of("--property=Id,ActiveState,Job,Result,ExecMainCode,ExecMainStatus"),
            List.of(unit));
    return units.isEmpty() ? new HashMap<>() : units.getFirst();
  }

  private static boolean isAtWork(Map<String, String> state) {
    String job = state.getOrDefault("Job", "");
    return AT_WORK.contains(state.getOrDefault("ActiveState", ""))
        || !(job.isEmpty() || job.equals("0"));
  }

  private static boolean hasSucceeded(Map<String, String> state) {
    return state.getOrDefault("ActiveState", "").equals("active");
  }

  private static int status(Map<String, String> state) {
    String status = state.getOrDefault("ExecMainStatus", "");
    return status.matches("[0-9]{1,3}") ? Integer.parseInt(status) : 0;
  }

  private StepException failure(Map<String, String> state) throws HostException {
    String how =
        switch (state.getOrDefault("Result", "")) {
          case "timeout" ->
              "did not end within %d s, and systemd killed its processes"
                  .formatted(command.timeout().toSeconds());
          case "exit-code" -> "ended with exit code " + status(state);
          case "signal", "core-dump" -> "was ended by signal " + status(state);
          case "oom-kill" -> "was killed because memory had run out";
          default -> "was not started by systemd";
        };
    String words = new ReleaseOutput(host, future, release.app()).end(output());
    String text = words.isEmpty() ? journal.lastLines(service()) : words;
    return new StepException(
        ReleaseRunner.FAILED,
        what(how)
            + """
             Nothing was switched. What the step changed before, in a database for example, is not \
            undone.%s\
            """
                .formatted(text));
  }

  private String what(String how) {
    int count = release.commands().size();
    String number = count == 1 ? "" : " %d of %d".formatted(index + 1, count);
    return "Release step%s of %s (%s) %s.".formatted(number, release.app(), command.place(), how);
  }

  private boolean remove() throws HostException {
    return remove(host, service());
  }

  /** Removes the units of an app whose steps have ended. */
  static void clear(Host host, String app) throws HostException {
    for (String service : services(host, app)) {
      remove(host, service);
    }
  }

  /**
   * Removes what runs left that were killed after the record of their steps: units of steps on
   * record, and directories without a unit.
   */
  static void clearRecorded(Host host, Map<String, Releases> recorded) throws HostException {
    List<String> names = host.facts().list(UNITS);
    for (String name : names) {
      boolean isFolder = name.startsWith(Layout.RELEASE) && name.endsWith(".service.d");
      if (isFolder && !names.contains(name.substring(0, name.length() - ".d".length()))) {
        host.discardTree(UNITS + "/" + name);
      }
      Matcher unit = SERVICE.matcher(name);
      if (unit.matches()
          && recorded
              .getOrDefault(unit.group("app"), Releases.NONE)
              .digests()
              .contains(unit.group("digest"))) {
        remove(host, name);
      }
    }
  }

  private static boolean remove(Host host, String service) throws HostException {
    boolean known = host.facts().stat(UNITS + "/" + service).isPresent();
    if (known) {
      host.run(Command.of("systemctl", "stop", service));
      host.run(Command.of("systemctl", "reset-failed", service));
    }
    host.discardTree(UNITS + "/" + service);
    host.discardTree(UNITS + "/" + service + ".d");
    return known;
  }

  private static List<String> services(Host host, String app) throws HostException {
    String prefix = Layout.RELEASE + app + ".";
    return host.facts().list(UNITS).stream()
        .filter(name -> name.startsWith(prefix) && name.endsWith(".service"))
        .toList();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.UnitProperties;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What systemd says of a background process. Its times are those of {@code System.nanoTime}.
 *
 * @param properties the properties of its unit, as {@code systemctl show} prints them
 */
record ProcessState(Map<String, String> properties) {
  /** How long a process must keep its main process. */
  static final Duration PROOF = Duration.ofSeconds(5);

  /** The state of a unit that systemd does not know. */
  static final ProcessState NONE = new ProcessState(Map.of());

  private static final String STARTED = "ExecMainStartTimestampMonotonic";
  private static final String ENDED = "ExecMainExitTimestampMonotonic";
  private static final String QUERY =
      """
      --property=Id,ActiveState,SubState,MainPID,Job,Result,NeedDaemonReload,NRestarts,\
      ExecMainStartTimestampMonotonic,ExecMainExitTimestampMonotonic,ExecMainCode,ExecMainStatus\
      """;

  ProcessState {
    properties = Map.copyOf(properties);
  }

  /** Asks systemd for the states of processes, by unit. */
  static SortedMap<String, ProcessState> of(Host host, Collection<String> units)
      throws HostException {
    SortedMap<String, ProcessState> states = new TreeMap<>();
    for (Map<String, String> unit : UnitProperties.ask(host, List.of(QUERY), units)) {
      states.put(unit.getOrDefault(UnitProperties.ID, ""), new ProcessState(unit));
    }
    return states;
  }

  /** Asks systemd for the state of a process. */
  static ProcessState of(Host host, String unit) throws HostException {
    return of(host, List.of(unit)).getOrDefault(unit, NONE);
  }

  /**
   * Returns those of the stopped processes that systemd killed, because they did not end in time.
   */
  static List<String> killedOf(Host host, Collection<String> stopped) throws HostException {
    SortedMap<String, ProcessState> states = of(host, stopped);
    return stopped.stream()
        .filter(unit -> states.getOrDefault(unit, NONE).property("Result").equals("timeout"))
        .toList();
  }

  private String property(String name) {
    return properties.getOrDefault(name, "");
  }

  private long number(String name) {
    String text = property(name);
    return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
  }

  /** Returns the main process; {@code 0} if there is none. */
  String pid() {
    return properties.getOrDefault("MainPID", "0");
  }

  /** Tells whether systemd counts the unit as running. */
  boolean isActive() {
    return property("ActiveState").equals("active");
  }

  /** Tells whether the process runs, and this is its main process. */
  boolean isUp(String pid) {
    return !pid.equals("0") && isActive() && pid().equals(pid);
  }

  /** Tells whether the process has ended, and systemd starts it again after a pause. */
  boolean isBetweenStarts() {
    return property("ActiveState").equals("activating")
        && property("SubState").startsWith("auto-restart");
  }

  /** Tells whether systemd starts or stops the process now. */
  boolean isAtWork() {
    String active = property("ActiveState");
    return !(property("Job").isEmpty() || property("Job").equals("0"))
        || active.equals("deactivating")
        || (active.equals("activating") && !isBetweenStarts());
  }

  /** Tells whether systemd must read its unit again. */
  boolean needsReload() {
    return property("NeedDaemonReload").equals("yes");
  }

  /** Tells whether its last start failed before its program ran. */
  boolean couldNotStart() {
    return property("Result").equals("resources");
  }

  /** Tells whether systemd itself has started it again since somebody has started it. */
  boolean isStartedAgain() {
    return number("NRestarts") > 0;
  }

  /** Returns when its main process started. */
  long started() {
    return number(STARTED) * 1000;
  }

  /** Returns how long its main process ran, once it has ended. */
  Duration ran() {
    return Duration.ofNanos(number(ENDED) * 1000 - started());
  }

  /** Tells whether its main process ended with exit code 0. */
  boolean hasEndedWell() {
    return property("ExecMainCode").equals("1") && property("ExecMainStatus").equals("0");
  }

  /** Returns how its main process ended, in words. */
  String end() {
    String status = property("ExecMainStatus");
    return switch (property("ExecMainCode")) {
      case "1" -> "exit code " + status + "." + hint(status);
      case "2", "3" -> "signal " + status + ".";
      default ->
          isActive()
              ? "systemd has started it again."
              : "it is %s (%s)."
                  .formatted(
                      properties.getOrDefault("ActiveState", "not loaded"), property("Result"));
    };
  }

  // 127 is a shell's code, and 203 that of systemd
  private static String hint(String code) {
    return code.equals("127") || code.equals("203")
        ? " The program was not found. Is it in the requirements or in packages?"
        : "";
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.model.AppSandbox;
import dev.reconcile.model.Layout;
import dev.reconcile.systemd.UnitText.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of an app's unit that also apply to its standby instance. {@code [Unit]} has a list
 * of kept settings, because most settings affect other units. {@code [Service]} has a list of
 * dropped settings, because the section defines how the app runs. {@code [Socket]} keeps the
 * settings that the app can notice.
 */
final class Directives {
  private static final Set<String> UNIT =
      Set.of(
          "After",
          "Wants",
          "Requires",
          "Requisite",
          "BindsTo",
          "JoinsNamespaceOf",
          "RequiresMountsFor",
          "WantsMountsFor",
          "DefaultDependencies");
  private static final Set<String> DEPENDENCIES =
      Set.of("After", "Wants", "Requires", "Requisite", "BindsTo", "JoinsNamespaceOf");

  private static final Set<String> NOT_OF_SERVICE =
      Set.of(
          // the run starts the instance once and stops it
          "Restart",
          "RestartSec",
          "RestartSteps",
          "RestartMaxDelaySec",
          "RestartMode",
          "RestartPreventExitStatus",
          "RestartForceExitStatus",
          "RemainAfterExit",
          "KillMode",
          "SendSIGKILL",
          "TimeoutStopSec",
          "TimeoutAbortSec",
          "TimeoutStopFailureMode",
          // commands that concern the serving instance: its pid, its socket, its notifications
          "ExecStartPost",
          "ExecReload",
          "ExecStop",
          "ExecStopPost",
          // settings that newer versions of systemd have in [Unit]
          "StartLimitInterval",
          "StartLimitIntervalSec",
          "StartLimitBurst",
          "StartLimitAction",
          "FailureAction",
          "SuccessAction",
          "RebootArgument",
          // resources that only one instance can have
          "PIDFile",
          "BusName",
          "Sockets",
          "USBFunctionDescriptors",
          "USBFunctionStrings",
          "FileDescriptorStoreMax",
          "FileDescriptorStorePreserve",
          "UtmpIdentifier",
          "UtmpMode",
          "TTYPath",
          "StandardInput",
          // its end must not remove shared memory of other processes of the user
          "RemoveIPC",
          // limits that it would share with the serving instance
          "Slice",
          // the run reads its output from the journal by unit name
          "StandardOutput",
          "StandardError",
          "LogNamespace",
          "LogLevelMax",
          "LogFilterPatterns",
          // replaced by directories of its own
          "RuntimeDirectory",
          "RuntimeDirectoryPreserve",
          // replaced by copies with the planned contents
          "EnvironmentFile");

  // settings about how the app starts, ends and reports, which a command does otherwise
  private static final Set<String> NOT_OF_COMMAND =
      Set.of(
          "Type",
          "ExitType",
          "ExecStart",
          "TimeoutStartSec",
          "TimeoutStartFailureMode",
          "RuntimeMaxSec",
          "RuntimeRandomizedExtraSec",
          "WatchdogSec",
          "WatchdogSignal",
          "NotifyAccess",
          "NonBlocking",
          "KillSignal",
          "RestartKillSignal",
          "FinalKillSignal",
          "SendSIGHUP",
          "SuccessExitStatus");

  private static final Map<String, String> TYPES = Map.of("dbus", "exec", "idle", "exec");

  private static final Set<String> SOCKET =
      Set.of(
          "SocketUser",
          "SocketGroup",
          "SocketMode",
          "Backlog",
          "FileDescriptorName",
          "ReceiveBuffer",
          "SendBuffer",
          "PassCredentials",
          "PassSecurity",
          "Timestamping");

  private Directives() {}

  /**
   * Returns the values of a setting of {@code [Unit]} that apply; empty if the setting is dropped.
   */
  static List<String> ofUnit(Line line, AppSandbox sandbox) {
    String key = line.key();
    if (key.startsWith("Condition") || key.startsWith("Assert")) {
      return List.of(line.value());
    }
    if (!UNIT.contains(key)) {
      return List.of();
    }
    if (!DEPENDENCIES.contains(key)) {
      return List.of(line.value());
    }
    List<String> others = new ArrayList<>();
    for (String unit : line.value().split("\\s+", -1)) {
      if (!unit.isEmpty() && !isOfApp(unit, sandbox)) {
        others.add(unit);
      }
    }
    return others;
  }

  /** Reports whether the units of this setting must exist for the unit to start. */
  static boolean needs(String key) {
    return key.equals("Requires") || key.equals("Requisite") || key.equals("BindsTo");
  }

  private static boolean isOfApp(String unit, AppSandbox sandbox) {
    return unit.equals(sandbox.service())
        || unit.equals(sandbox.socket())
        || unit.equals(Layout.TARGET);
  }

  /** Returns a setting of {@code [Service]} as it applies; empty if it is dropped. */
  static Optional<Line> ofService(Line line) {
    return switch (line.key()) {
      case "Type" -> Optional.of(line.with(TYPES.getOrDefault(line.value(), line.value())));
      case "TimeoutSec" -> Optional.of(new Line(line.section(), "TimeoutStartSec", line.value()));
      default -> NOT_OF_SERVICE.contains(line.key()) ? Optional.empty() : Optional.of(line);
    };
  }

  /** Returns a setting of {@code [Service]} as it applies to a command; empty if it is dropped. */
  static Optional<Line> ofCommand(Line line) {
    return ofService(line).filter(kept -> !NOT_OF_COMMAND.contains(kept.key()));
  }

  /** Reports whether a setting of {@code [Socket]} is kept. */
  static boolean isKeptInSocket(String key) {
    return SOCKET.contains(key);
  }
}

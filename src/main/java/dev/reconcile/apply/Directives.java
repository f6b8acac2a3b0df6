package dev.reconcile.apply;

import dev.reconcile.apply.UnitText.Line;
import dev.reconcile.model.AppSandbox;
import dev.reconcile.model.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which settings of an app's unit hold beside the instance that serves. Of {@code [Unit]} only what
 * is listed is kept, because most of it reaches other units; of {@code [Service]} all but what is
 * listed, because it is how the app runs; of {@code [Socket]} what the app could notice.
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
          // it is started once, and stopped by whoever started it
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
          // commands that mean the instance that serves: its pid, its socket, whom to tell of it
          "ExecStartPost",
          "ExecReload",
          "ExecStop",
          "ExecStopPost",
          // where older versions of systemd had what is in [Unit] now
          "StartLimitInterval",
          "StartLimitIntervalSec",
          "StartLimitBurst",
          "StartLimitAction",
          "FailureAction",
          "SuccessAction",
          "RebootArgument",
          // what only one can have
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
          // when it stops, what others of its user have in memory must stay
          "RemoveIPC",
          // limits that it would share with the instance that serves
          "Slice",
          // its words are asked for by its name
          "StandardOutput",
          "StandardError",
          "LogNamespace",
          "LogLevelMax",
          "LogFilterPatterns",
          // folders of its own take their place
          "RuntimeDirectory",
          "RuntimeDirectoryPreserve",
          // copies with what they will hold take their place
          "EnvironmentFile");

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

  /** The values that a setting of {@code [Unit]} has; none if it does not hold. */
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

  /** Whether a unit that is named so must be there for the unit to start. */
  static boolean needs(String key) {
    return key.equals("Requires") || key.equals("Requisite") || key.equals("BindsTo");
  }

  private static boolean isOfApp(String unit, AppSandbox sandbox) {
    return unit.equals(sandbox.service())
        || unit.equals(sandbox.socket())
        || unit.equals(Layout.TARGET);
  }

  /** A setting of {@code [Service]} as it holds; empty if it does not. */
  static Optional<Line> ofService(Line line) {
    return switch (line.key()) {
      case "Type" -> Optional.of(line.with(TYPES.getOrDefault(line.value(), line.value())));
      case "TimeoutSec" -> Optional.of(new Line(line.section(), "TimeoutStartSec", line.value()));
      default -> NOT_OF_SERVICE.contains(line.key()) ? Optional.empty() : Optional.of(line);
    };
  }

  /** Whether a setting of {@code [Socket]} holds. */
  static boolean isKeptInSocket(String key) {
    return SOCKET.contains(key);
  }
}

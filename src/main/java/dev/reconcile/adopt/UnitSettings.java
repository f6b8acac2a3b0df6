// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.adopt.Blockers.Blocker;
import dev.reconcile.adopt.ParsedUnitFile.Setting;
import dev.reconcile.model.Layout;
import dev.reconcile.systemd.CommandWords;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The settings of a hand-made unit that neither the new unit nor the tree's keys have. Each is
 * carried over by a drop-in, or reported.
 *
 * <p>Invariant: each setting of [Service] or [Unit] that is left out is reported.
 */
final class UnitSettings {
  /** Settings that the tree's keys or the unit of all apps replace. */
  private static final Set<String> REPLACED =
      Set.of(
          "ExecStart",
          "User",
          "Group",
          "WorkingDirectory",
          "Environment",
          "EnvironmentFile",
          "UnsetEnvironment",
          "Type",
          "NotifyAccess",
          "PIDFile",
          "GuessMainPID",
          "RemainAfterExit",
          "Description",
          "Documentation",
          "SourcePath",
          "AssertPathExists",
          "ReloadPropagatedFrom");

  /** Settings whose value has the same effect in the new unit, unless a process has others. */
  private static final Map<String, Pattern> SAME =
      Map.ofEntries(
          Map.entry("ExecReload", Pattern.compile(".*kill (-s |-)(SIG)?HUP \"?\\$\\{?MAINPID.*")),
          Map.entry(
              "ExecStop", Pattern.compile(".*kill (-s |-)(SIG)?(TERM|QUIT) \"?\\$\\{?MAINPID.*")),
          Map.entry("KillMode", Pattern.compile("mixed")),
          Map.entry("KillSignal", Pattern.compile("SIGTERM|SIGQUIT|TERM|QUIT")),
          Map.entry("Restart", Pattern.compile("on-failure")),
          Map.entry("RestartSec", Pattern.compile("1s?")),
          Map.entry("PrivateTmp", Pattern.compile("(?i)true|yes|on|1")),
          Map.entry("NoNewPrivileges", Pattern.compile("(?i)true|yes|on|1")),
          Map.entry("ProtectSystem", Pattern.compile("(?i)full|true|yes|on|1")),
          Map.entry("ProtectHome", Pattern.compile("(?i)true|yes|on|1")),
          Map.entry("PrivateDevices", Pattern.compile("(?i)true|yes|on|1")),
          Map.entry("StandardOutput", Pattern.compile("journal|syslog|inherit")),
          Map.entry("StandardError", Pattern.compile("journal|syslog|inherit")),
          Map.entry("PartOf", Pattern.compile(Pattern.quote(Layout.TARGET))));

  /** Settings that mean the same in a drop-in. */
  private static final Pattern CARRIED =
      Pattern.compile(
          String.join(
              "|",
              "Restart|RestartSec|TimeoutStartSec|TimeoutStopSec|TimeoutSec|TimeoutAbortSec",
              "UMask|SupplementaryGroups|Nice|OOM\\w+|Limit[A-Z]+|Tasks(Max|Accounting)",
              "CPU\\w+|Memory\\w+|IO\\w+|BlockIO\\w+|IPAccounting|IPAddress(Allow|Deny)|Slice",
              "Read(Write|Only)(Paths|Directories)|InaccessiblePaths|Bind(ReadOnly)?Paths",
              "Standard(Output|Error)|Syslog\\w+|Log(Level|RateLimit|Namespace|Extra)\\w*",
              "(State|Cache|Logs|Configuration)Directory(Mode)?|LoadCredential|PassEnvironment",
              "StartLimit\\w+|SuccessExitStatus|RestartPreventExitStatus|RestartForceExitStatus"));

  private static final Pattern UNITS =
      Pattern.compile("After|Before|Wants|Requires|Requisite|BindsTo|PartOf|On(Failure|Success)");
  private static final Pattern CARRIED_OF_UNIT =
      Pattern.compile(UNITS.pattern() + "|StartLimit\\w+|RequiresMountsFor|(Condition|Assert)\\w+");

  private static final Pattern PERCENT = Pattern.compile("[0-9.]+%");

  /** Settings that decide how the app is run. A drop-in that stays must not have them. */
  private static final Set<String> DECIDING =
      Set.of("ExecStart", "User", "Group", "WorkingDirectory", "Type", "RootDirectory");

  /**
   * Settings that give the service its own file system, users or network, so that the host's paths
   * and addresses do not apply.
   */
  private static final Set<String> FOREIGN =
      Set.of("DynamicUser", "RootDirectory", "RootImage", "MountImages", "NetworkNamespacePath");

  private final FoundApp app;
  private final FoundProcess process;
  private final AdoptionFindings findings;
  private final Sourcing sourcing;
  private final Map<String, List<String>> lines = new LinkedHashMap<>();

  UnitSettings(FoundApp app, FoundProcess process, Sourcing sourcing, AdoptionFindings findings) {
    this.app = app;
    this.process = process;
    this.sourcing = sourcing;
    this.findings = findings;
    lines.put("Unit", new ArrayList<>());
    lines.put("Service", new ArrayList<>());
  }

  /** Returns the first setting of a drop-in that decides how an app is run. */
  static Optional<Setting> deciding(ParsedUnitFile dropIn) {
    return dropIn.settings().stream()
        .filter(setting -> setting.section().equals("Service") && DECIDING.contains(setting.key()))
        .filter(setting -> !setting.value().isEmpty())
        .findFirst();
  }

  /** Returns the reason why the unit of all apps cannot replace a unit, if there is one. */
  static Optional<Blocker> foreign(Unit unit) {
    return FOREIGN.stream()
        .sorted()
        .flatMap(key -> unit.last(key).stream())
        .filter(setting -> !setting.value().matches("(?i)no|false|off|0"))
        .map(setting -> new Blocker("its unit has " + setting.key() + "=", setting.place()))
        .findFirst();
  }

  /**
   * Adds a line of [Service] that the app needs to work as before.
   *
   * @param why a clause that follows "because"
   */
  void add(String line, String why) {
    if (!lines("Service").contains(line)) {
      lines("Service").add(line);
      findings.taken(
          app.name(), line + ", by a drop-in of its unit, because " + why + ".", process.exec());
    }
  }

  private List<String> lines(String section) {
    return lines.getOrDefault(section, List.of());
  }

  /** Processes all settings of the unit, and reports the result for each. */
  void read() {
    for (String section : List.of("Unit", "Service")) {
      List<String> keys =
          process.unit().files().stream()
              .flatMap(file -> file.settings().stream())
              .filter(setting -> setting.section().equals(section))
              .map(Setting::key)
              .distinct()
              .toList();
      for (String key : keys) {
        process.unit().all(section, key).forEach(setting -> setting(section, setting));
      }
    }
    process.unit().all("Install", "Alias").forEach(alias -> named(alias, alias.value()));
  }

  private void setting(String section, Setting setting) {
    String key = setting.key();
    boolean replaced =
        REPLACED.contains(key)
            || Optional.ofNullable(process.same().getOrDefault(key, SAME.get(key))).stream()
                .anyMatch(same -> same.matcher(setting.value()).matches());
    replaced |= section.equals("Service") && FoundLimits.of(process).have(key);
    boolean added = lines("Service").stream().anyMatch(line -> line.startsWith(key + "="));
    if (replaced || (key.equals("RuntimeDirectory") && added)) {
      return;
    }
    boolean unit = section.equals("Unit");
    boolean list = unit && UNITS.matcher(key).matches();
    String value = list ? others(setting.value()) : sourcing.moved(setting.value());
    if (list && value.isEmpty()) {
      return; // only units that the app has anyway: the network, or its socket
    }
    boolean carried =
        (unit ? CARRIED_OF_UNIT : CARRIED).matcher(key).matches() || isPlainExec(setting);
    Optional<String> text = carried ? text(key, value) : Optional.empty();
    if (text.isEmpty() || isSecret(value) || process.overridden().contains(key)) {
      named(setting, value);
      return;
    }
    lines(section).add(key + "=" + text.get());
    findings.taken(app.name(), key + "=" + value + ", by a drop-in of its unit.", setting.place());
  }

  private void named(Setting setting, String value) {
    boolean shown = !setting.key().startsWith("Exec") && !isSecret(value);
    findings.improvement(
        app.name(),
        setting.key() + "=" + (shown ? value : program(value) + " …") + " is not taken over.",
        setting.place());
  }

  private static String program(String value) {
    return value.strip().split("\\s", 2)[0];
  }

  private static boolean isSecret(String value) {
    return CommandWords.ofSystemd(value).stream()
        .anyMatch(word -> {
          int equals = word.indexOf('=');
          return equals > 0
              ? SecretDetector.is(word.substring(0, equals), word.substring(equals + 1))
              : SecretDetector.isValue(word);
        });
  }

  // A command before or after the start that runs as the app's user and does not affect the old
  // service, which keeps serving beside the new unit.
  private boolean isPlainExec(Setting setting) {
    boolean privileged =
        setting.value().matches("-?[+!:|].*")
            || process.unit().last("PermissionsStartOnly").stream()
                .anyMatch(s -> s.value().matches("(?i)true|yes|on|1"));
    return setting.key().matches("ExecStart(Pre|Post)")
        && !privileged
        && !new FormerAddress(app).isTouchedBy(process.unit().expand(setting.value()))
        && sourcing.user().equals(process.unit().last("User").map(s -> s.value()).orElse("root"));
  }

  // The other units in a list, without those of the app's old unit or of all apps.
  private String others(String value) {
    return String.join(
        " ",
        CommandWords.ofSystemd(value).stream()
            .filter(name -> !name.matches("(network(-online)?|multi-user)\\.target"))
            .filter(name -> !name.equals(Layout.TARGET))
            .filter(name -> !process.unit().sockets().contains(process.unit().expand(name)))
            .filter(name -> !name.equals(process.unit().prefix() + ".socket"))
            .toList());
  }

  // The value for another unit: specifiers of the old unit are expanded. In OnFailure= and
  // OnSuccess= they stay, because they must name the unit that ended. systemd reads no specifier in
  // a percentage.
  private Optional<String> text(String key, String value) {
    if (key.startsWith("On") || PERCENT.matcher(value).matches()) {
      return Optional.of(value);
    }
    return process.unit().hasUnknownSpecifier(value)
        ? Optional.empty()
        : Optional.of(process.unit().expand(value).replace("%", "%%"));
  }

  /** Returns the drop-in's text; empty if no setting needs it. */
  Optional<String> dropIn() {
    StringBuilder text = new StringBuilder();
    lines.forEach((section, some) -> {
      if (!some.isEmpty()) {
        text.append(text.isEmpty() ? "" : "\n").append('[').append(section).append("]\n");
        some.forEach(line -> text.append(line).append('\n'));
      }
    });
    return text.isEmpty() ? Optional.empty() : Optional.of(text.toString());
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.kind.PlannedFiles;
import dev.reconcile.model.AppSandbox;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Layout;
import dev.reconcile.systemd.UnitText;
import dev.reconcile.systemd.UnitText.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a unit that runs in an app's sandbox. It is the planned unit of the app with all
 * drop-ins, without the settings that would affect the serving instance or other units (ADR 0011
 * has the list and the reasons).
 */
final class SandboxUnit {
  private static final String SERVICE = "Service";
  private static final List<String> OF_MOUNTS =
      List.of(
          "TemporaryFileSystem",
          "ReadWritePaths",
          "ReadOnlyPaths",
          "InaccessiblePaths",
          "ExecPaths",
          "NoExecPaths",
          "ReadWriteDirectories",
          "ReadOnlyDirectories",
          "InaccessibleDirectories");
  private static final Pattern PID_OPTION = Pattern.compile("\\s(?:--pid|-p)[\\s=](/\\S+)");
  private static final Map<String, String> LASTING =
      Map.of(
          "StateDirectory", "/var/lib/",
          "CacheDirectory", "/var/cache/",
          "LogsDirectory", "/var/log/",
          "ConfigurationDirectory", "/etc/");

  /** Limits that all workers of an app share. */
  private static final List<String> SHARED_LIMITS =
      List.of(
          "MemoryHigh",
          "MemoryMax",
          "MemoryLimit",
          "MemorySwapMax",
          "MemoryZSwapMax",
          "TasksMax",
          "LimitNPROC");

  private final Facts facts;
  private final FutureFiles future;
  private final AppSandbox sandbox;
  private final String name;
  private final PathMapping places = new PathMapping();
  private final UnitText text;
  private final boolean isSecret;

  /**
   * Live trees to the planned trees that replace them; the unit also sees the planned tree at the
   * live path.
   */
  private final SortedMap<String, String> covers = new TreeMap<>();

  /**
   * @param future the files after the plan is applied
   * @param sandbox the sandbox of the app
   * @param name the name of the new unit, without a suffix
   */
  SandboxUnit(Facts facts, FutureFiles future, AppSandbox sandbox, String name)
      throws HostException {
    this.facts = facts;
    this.future = future;
    this.sandbox = sandbox;
    this.name = name;
    List<Line> lines = new ArrayList<>();
    boolean secret = false;
    for (PlannedFiles.Text part : future.definition(sandbox.service())) {
      lines.addAll(UnitText.parse(part.text()).resolved(sandbox.service()).lines());
      secret |= part.isSecret();
    }
    this.text = new UnitText(lines);
    this.isSecret = secret;
    place();
  }

  private void place() throws HostException {
    for (Map.Entry<String, String> tree : sandbox.trees().entrySet()) {
      places.put(tree.getKey(), tree.getValue());
      // nothing replaces a tree that reconcile does not manage
      Optional<String> now =
          tree.getKey().equals(tree.getValue()) ? Optional.empty() : facts.realPath(tree.getKey());
      if (now.isPresent() && !now.get().equals(tree.getValue())) {
        covers.put(now.get(), tree.getValue());
      }
    }
    if (sandbox.address().startsWith("unix:") && sandbox.listener().isHeld()) {
      places.put(sandbox.address().substring("unix:".length()), "/run/" + name + ".sock");
    }
    places.put("/run/" + usualFolder(), folder());
    String pidFile = text.last(SERVICE, "PIDFile");
    if (!pidFile.isEmpty()) {
      places.put(pidFile.startsWith("/") ? pidFile : "/run/" + pidFile, folder() + "/main.pid");
    }
    for (String command : text.values(SERVICE, "ExecStart")) {
      Matcher option = PID_OPTION.matcher(command);
      if (option.find()) {
        places.put(String.valueOf(option.group(1)), folder() + "/main.pid");
      }
    }
  }

  private String usualFolder() {
    return new Layout(sandbox.app()).runtimeFolder();
  }

  /** Returns the runtime directory of the unit, which is removed with it. */
  String folder() {
    return "/run/" + name;
  }

  /** Reports whether the text contains parts that not all users may read. */
  boolean isSecret() {
    return isSecret;
  }

  /** Returns the mapping of paths in this unit. */
  PathMapping places() {
    return places;
  }

  /** Reports whether a limit applies to all workers together, so that their number matters. */
  boolean limitsWorkers() {
    return SHARED_LIMITS.stream()
        .map(limit -> text.last(SERVICE, limit))
        .anyMatch(value -> !value.isEmpty() && !value.equals("infinity"));
  }

  /** Returns the owner of a private file for the unit's processes. */
  FileAttributes owner() {
    String user = text.last(SERVICE, "User");
    boolean isNamed = !user.isEmpty() && !isDynamic();
    return new FileAttributes(isNamed ? user : "root", "root", 0600);
  }

  private boolean isDynamic() {
    return text.last(SERVICE, "DynamicUser").matches("(?i)1|yes|true|on|y|t");
  }

  /** Returns the environment files of the app's unit, in order. */
  List<String> environmentFiles() {
    return text.values(SERVICE, "EnvironmentFile");
  }

  /**
   * Finds a persistent directory of the serving instance whose owner systemd would change when the
   * unit starts; empty if there is none.
   */
  Optional<String> takenFolder() throws HostException {
    String user = text.last(SERVICE, "User");
    boolean dynamic = isDynamic();
    for (Map.Entry<String, String> kind : LASTING.entrySet()) {
      for (String folder : text.words(SERVICE, kind.getKey())) {
        String path = kind.getValue() + folder.split(":", -1)[0];
        Optional<Stat> stat = facts.stat(path);
        FileAttributes wanted = new FileAttributes(user.isEmpty() ? "root" : user, "root", 0);
        if (stat.isPresent()
            && ((dynamic && !facts.hasUser(user))
                || !facts.attributes(stat.get(), wanted).user().equals(wanted.user()))) {
          return Optional.of(path);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Writes the service unit.
   *
   * @param environment the environment files that replace the app's
   * @param graceSeconds the stop timeout, in seconds
   * @param covered whether the unit also sees the planned trees at their live paths, which needs a
   *     mount namespace
   */
  String service(List<String> environment, int graceSeconds, boolean covered) throws HostException {
    // an ended unit is not started again by a request on its socket, and leaves nothing behind
    StringBuilder unit = unitSection("Beside " + sandbox.service());
    unit.append("CollectMode=inactive-or-failed\n");
    serviceSection(unit, Directives::ofService, environment, covered);
    sandbox
        .listener()
        .opening(folder())
        .forEach(command -> unit.append("ExecStartPost=").append(command).append('\n'));
    return unit.append("Restart=no\nKillMode=mixed\nSendSIGKILL=yes\nTimeoutStopSec=")
        .append(graceSeconds)
        .append("\nStandardOutput=journal\nStandardError=journal\n")
        .toString();
  }

  /**
   * Writes the unit of a command, without its command line and its output.
   *
   * @param environment the environment files that replace the app's
   * @param covered whether the unit also sees the planned trees at their live paths, which needs a
   *     mount namespace
   * @param before the unit that must not start before the command has ended; empty for none
   */
  String command(List<String> environment, boolean covered, String before) throws HostException {
    StringBuilder unit = unitSection("Command of " + sandbox.app());
    if (!before.isEmpty()) {
      unit.append("Before=").append(before).append('\n');
    }
    serviceSection(unit, Directives::ofCommand, environment, covered);
    return unit.append("Restart=no\nKillMode=control-group\nSendSIGKILL=yes\nTimeoutStopSec=10\n")
        .toString();
  }

  private StringBuilder unitSection(String description) throws HostException {
    StringBuilder unit = new StringBuilder("# Made by reconcile for one run.\n[Unit]\n");
    unit.append("Description=").append(description).append('\n');
    unit.append("StartLimitIntervalSec=1d\nStartLimitBurst=1\n");
    for (Line line : text.lines()) {
      if (line.section().equals("Unit")) {
        for (String value : Directives.ofUnit(line, sandbox)) {
          // a unit that the same plan creates does not exist yet
          if (Directives.needs(line.key()) && !future.isThere(value)) {
            continue;
          }
          unit.append(line.key()).append('=').append(places.in(value)).append('\n');
        }
      }
    }
    return unit;
  }

  private void serviceSection(
      StringBuilder unit,
      Function<Line, Optional<Line>> kept,
      List<String> environment,
      boolean covered)
      throws HostException {
    unit.append("[Service]\n");
    boolean taken = takenFolder().isPresent();
    for (Line line : text.lines()) {
      if (line.section().equals(SERVICE) && !(taken && LASTING.containsKey(line.key()))) {
        kept.apply(line).ifPresent(applied -> add(unit, applied, covered));
      }
    }
    runtimeFolders(unit, covered);
    if (covered) {
      covers.forEach((live, meant) ->
          unit.append("BindPaths=").append(meant).append(':').append(live).append('\n'));
    }
    environment.forEach(file -> unit.append("EnvironmentFile=").append(file).append('\n'));
  }

  // A mount in a live tree becomes a mount in the planned tree, at both paths.
  private void add(StringBuilder unit, Line line, boolean covered) {
    String placed = places.in(line.value());
    boolean binds = line.key().equals("BindPaths") || line.key().equals("BindReadOnlyPaths");
    if (binds) {
      placed = bound(line.value(), covered && !covers.isEmpty());
    } else if (covered && OF_MOUNTS.contains(line.key()) && !placed.equals(line.value())) {
      unit.append(line.key()).append('=').append(line.value()).append('\n');
    }
    unit.append(line.key()).append('=').append(placed).append('\n');
  }

  private String bound(String value, boolean twice) {
    List<String> all = new ArrayList<>();
    for (String word : value.isEmpty() ? new String[0] : value.split("\\s+", -1)) {
      String[] parts = word.split(":", 3);
      String source = places.in(parts[0]);
      String target = parts.length > 1 ? parts[1] : parts[0].replaceFirst("^-", "");
      String options = parts.length > 2 ? ":" + parts[2] : "";
      all.add(source + ":" + places.in(target) + options);
      if (twice && !places.in(target).equals(target)) {
        all.add(source + ":" + target + options);
      }
    }
    return String.join(" ", all);
  }

  // systemd removes runtime directories with their unit, so the unit gets its own, bound to the
  // paths that the app knows.
  private void runtimeFolders(StringBuilder unit, boolean covered) {
    StringBuilder folders = new StringBuilder(name);
    StringBuilder binds = new StringBuilder();
    for (String word : text.words(SERVICE, "RuntimeDirectory")) {
      String[] names = word.split(":", -1);
      if (!names[0].equals(usualFolder())) {
        folders.append(' ').append(name).append('/').append(names[0]);
        for (String known : covered ? names : new String[0]) {
          binds.append("BindPaths=/run/%s/%s:/run/%s\n".formatted(name, names[0], known));
        }
      }
    }
    unit.append("RuntimeDirectory=").append(folders).append('\n').append(binds);
  }

  /**
   * Returns the directories in /run that systemd creates on the host as mount points if they are
   * missing.
   */
  List<String> mountPoints() {
    List<String> points = new ArrayList<>();
    for (String word : text.words(SERVICE, "RuntimeDirectory")) {
      for (String known : word.split(":", -1)) {
        points.add("/run/" + known);
      }
    }
    points.remove("/run/" + usualFolder());
    return points;
  }
}

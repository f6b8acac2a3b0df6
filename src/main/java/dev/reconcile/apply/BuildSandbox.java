// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.LocalHost;
import dev.reconcile.model.Layout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The sandbox of a build: a transient unit (systemd-run(1)) of a user that runs nothing else. The
 * user can write only to a few directories of its own, and sees neither secrets nor files of apps.
 * It needs systemd 247 or later.
 *
 * @param user the name of the system user
 * @param directory the working directory, as the build sees it
 * @param writable paths at which the build may read and write, to the directories on the host
 * @param readable directories on the host to the paths at which the build may read them
 * @param hidden paths that the build does not see; they may be missing
 */
record BuildSandbox(
    String user,
    String directory,
    Map<String, String> writable,
    Map<String, String> readable,
    List<String> hidden) {
  private static final List<String> PROPERTIES =
      List.of(
          "KillMode=control-group",
          "KillSignal=SIGKILL",
          "UMask=0022",
          "LimitCORE=0",
          "NoNewPrivileges=yes",
          "CapabilityBoundingSet=",
          "AmbientCapabilities=",
          "ProtectSystem=strict",
          "ProtectHome=tmpfs",
          "PrivateTmp=yes",
          "PrivateDevices=yes",
          "ProtectHostname=yes",
          "ProtectClock=yes",
          "ProtectKernelTunables=yes",
          "ProtectKernelModules=yes",
          "ProtectKernelLogs=yes",
          "ProtectControlGroups=yes",
          "ProtectProc=invisible",
          "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
          "RestrictNamespaces=yes",
          "RestrictRealtime=yes",
          "RestrictSUIDSGID=yes",
          "LockPersonality=yes",
          "RemoveIPC=yes",
          "SystemCallArchitectures=native",
          "SystemCallFilter=@system-service",
          "SystemCallErrorNumber=EPERM",
          // hides the sockets of other services, except those for name resolution
          "TemporaryFileSystem=/run:ro,mode=0755",
          "BindReadOnlyPaths=-/run/systemd/resolve -/run/resolvconf -/run/NetworkManager -/run/nscd",
          "TemporaryFileSystem=/var/lib/reconcile:ro,mode=0755",
          "TemporaryFileSystem=/dev/shm:mode=1777");

  /** Paths that are hidden from every build. */
  private static final List<String> HIDDEN =
      List.of(
          Layout.ENVIRONMENTS,
          "/etc/letsencrypt",
          "/etc/nginx",
          "/etc/reconcile",
          "/etc/ssl/private",
          "/dev/mqueue",
          "/usr/share/nginx",
          "/var/backups",
          Layout.DATA,
          "/var/log",
          "/var/mail",
          "/var/spool",
          "/var/www");

  BuildSandbox {
    writable = Map.copyOf(writable);
    readable = Map.copyOf(readable);
    hidden = List.copyOf(hidden);
  }

  /** Returns the sandbox with additional readable directories. */
  BuildSandbox reading(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(readable);
    all.putAll(more);
    return new BuildSandbox(user, directory, writable, all, hidden);
  }

  /** Returns the pattern of the unit names of a user's builds. */
  static String unitsOf(String user) {
    return user + ".*.service";
  }

  /**
   * Builds the command line that runs a program in the sandbox.
   *
   * @param unit a name that is unique among the programs of the user, in all runs
   * @param environment all environment variables of the program
   * @param limit the time limit
   * @param argv the program and its arguments
   */
  List<String> argv(
      String unit, Map<String, String> environment, Duration limit, List<String> argv) {
    List<String> words =
        new ArrayList<>(List.of("systemd-run", "--quiet", "--collect", "--service-type=exec"));
    words.add("--description=Build of an app"); // the default is the whole command line
    words.add("--unit=" + user + "." + unit + ".service");
    words.add("--property=User=" + user);
    words.add("--property=Group=" + user);
    words.add("--property=WorkingDirectory=" + directory);
    words.add("--property=RuntimeMaxSec=" + limit.toMillis() + "ms");
    PROPERTIES.forEach(property -> words.add("--property=" + property));
    for (String path : allHidden()) {
      words.add(
          Stream.concat(readable.values().stream(), writable.keySet().stream())
                  .anyMatch(seen -> isWithin(seen, path))
              ? "--property=TemporaryFileSystem=" + path + ":ro,mode=0755"
              : "--property=InaccessiblePaths=-" + path);
    }
    words.add("--property=BindPaths=" + binds(writable, true));
    if (!readable.isEmpty()) {
      words.add("--property=BindReadOnlyPaths=" + binds(readable, false));
    }
    environment.forEach((name, value) -> words.add("--setenv=" + name + "=" + value));
    // systemd-run looks up the program outside of the sandbox, without the build's directories
    words.addAll(List.of("--", "env"));
    // systemd takes $ in an argument for a variable
    argv.forEach(word -> words.add(word.replace("$", "$$")));
    return words;
  }

  private List<String> allHidden() {
    return Stream.concat(HIDDEN.stream(), hidden.stream()).distinct().sorted().toList();
  }

  /**
   * Reports whether every build sees an empty directory in place of the one that contains a path.
   */
  static boolean isHidden(String path) {
    return path.startsWith(LocalHost.STATE + "/")
        || HIDDEN.stream().anyMatch(folder -> path.startsWith(folder + "/"));
  }

  private static boolean isWithin(String path, String folder) {
    return (path + "/").startsWith(folder + "/");
  }

  private static String binds(Map<String, String> folders, boolean byPath) {
    return folders.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(folder ->
            byPath
                ? folder.getValue() + ":" + folder.getKey()
                : folder.getKey() + ":" + folder.getValue())
        .collect(Collectors.joining(" "));
  }
}

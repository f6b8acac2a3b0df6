package dev.reconcile.apply;

import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.Layout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a build runs: a transient unit (systemd-run(1)) of a user that runs nothing else, who can
 * write to a few folders of its own and sees no secret and no app's files. All of it works from
 * systemd 247 on.
 *
 * @param user the system user
 * @param writable folder on the host to the place at which the build sees it and may write
 * @param readable likewise, but it may only read
 * @param hidden paths that it does not see, if they are there
 */
record BuildSandbox(
    String user, Map<String, String> writable, Map<String, String> readable, List<String> hidden) {
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
          // sockets of other services, but how names are looked up
          "TemporaryFileSystem=/run:ro,mode=0755",
          "BindReadOnlyPaths=-/run/systemd/resolve -/run/resolvconf -/run/NetworkManager -/run/nscd",
          "TemporaryFileSystem=/var/lib/reconcile:ro,mode=0755",
          "TemporaryFileSystem=/dev/shm:mode=1777");

  /** What no build sees, whatever the apps are. */
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

  /** The same with more folders that the build may read. */
  BuildSandbox reading(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(readable);
    all.putAll(more);
    return new BuildSandbox(user, writable, all, hidden);
  }

  /** The pattern of the names of all units of a user's builds. */
  static String unitsOf(String user) {
    return user + ".*.service";
  }

  /**
   * The command line that runs a program there.
   *
   * @param unit tells this program from others of the user, in this run and in earlier ones
   * @param environment all variables that it gets
   * @param limit how long it may take
   * @param argv the program and its arguments
   */
  List<String> argv(
      String unit, Map<String, String> environment, Duration limit, List<String> argv) {
    List<String> words =
        new ArrayList<>(List.of("systemd-run", "--quiet", "--collect", "--service-type=exec"));
    words.add("--description=Build of a virtualenv"); // else it is the whole command line
    words.add("--unit=" + user + "." + unit + ".service");
    words.add("--property=User=" + user);
    words.add("--property=Group=" + user);
    words.add("--property=WorkingDirectory=" + VenvKind.SOURCE);
    words.add("--property=RuntimeMaxSec=" + limit.toSeconds());
    PROPERTIES.forEach(property -> words.add("--property=" + property));
    for (String path : allHidden()) {
      words.add(
          readable.values().stream().anyMatch(seen -> isWithin(seen, path))
              ? "--property=TemporaryFileSystem=" + path + ":ro,mode=0755"
              : "--property=InaccessiblePaths=-" + path);
    }
    words.add("--property=BindPaths=" + binds(writable));
    if (!readable.isEmpty()) {
      words.add("--property=BindReadOnlyPaths=" + binds(readable));
    }
    environment.forEach((name, value) -> words.add("--setenv=" + name + "=" + value));
    // systemd-run itself looks for the program, where the build's folders are not in place
    words.addAll(List.of("--", "env"));
    words.addAll(argv);
    return words;
  }

  private List<String> allHidden() {
    return Stream.concat(HIDDEN.stream(), hidden.stream()).distinct().sorted().toList();
  }

  private static boolean isWithin(String path, String folder) {
    return (path + "/").startsWith(folder + "/");
  }

  private static String binds(Map<String, String> folders) {
    return folders.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(folder -> folder.getKey() + ":" + folder.getValue())
        .collect(Collectors.joining(" "));
  }
}

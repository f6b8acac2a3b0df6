// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The processes that have a socket open, by unit. A process belongs to the unit whose control group
 * it is in, whatever its user or parent is (cgroups(7)).
 */
final class SocketOwner {
  private static final String FIRST = "1";
  private static final String SOCKET = "socket:[";
  private static final int MOST_NAME = 40;
  private static final String UIDS = "Uid:"; // real, effective, saved and of the file system
  private static final int EFFECTIVE = 2;

  private final Path proc;
  private final Accounts accounts;

  SocketOwner(Accounts accounts) {
    this(Path.of("/proc"), accounts);
  }

  /**
   * @param proc the folder of the processes, {@code /proc}
   * @param accounts the users of the host
   */
  SocketOwner(Path proc, Accounts accounts) {
    this.proc = proc;
    this.accounts = accounts;
  }

  /** Finds a process outside of a unit that has one of the listeners open; see {@link Facts}. */
  Optional<PortHolder> outside(String unit, long mainPid, Collection<TcpListener> listeners)
      throws HostException {
    Optional<String> group = mainPid > 0 ? groupOf(unit, mainPid) : Optional.empty();
    List<TcpListener> others = new ArrayList<>(listeners);
    if (group.isPresent()) {
      others.removeAll(heldIn(group.get(), listeners));
    }
    return others.isEmpty() ? Optional.empty() : Optional.of(holder(others.getFirst()));
  }

  // Its own name for the group, because systemd may see the hierarchy from another namespace.
  private Optional<String> groupOf(String unit, long mainPid) {
    return groups(proc.resolve(Long.toString(mainPid))).stream()
        .findFirst()
        .map(group -> {
          int at = (group + "/").indexOf("/" + unit + "/");
          return at < 0 ? group : group.substring(0, at + 1 + unit.length());
        });
  }

  // the hierarchy that systemd manages: "0::/…" or "1:name=systemd:/…"
  private static List<String> groups(Path process) {
    try {
      return Files.readString(process.resolve("cgroup"), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split(":", 3))
          .filter(line -> line.length == 3 && (line[1].isEmpty() || line[1].equals("name=systemd")))
          .map(line -> line[2])
          .filter(group -> !group.equals("/"))
          .toList();
    } catch (IOException e) {
      return List.of(); // it has ended
    }
  }

  private static boolean isIn(Path process, String group) {
    return groups(process).stream()
        .anyMatch(own -> own.equals(group) || own.startsWith(group + "/"));
  }

  // Without CAP_SYS_PTRACE, not even root may see the open files of other users. Then the user who
  // opened the socket must be one of the group's, unless systemd opened it for a socket unit.
  private List<TcpListener> heldIn(String group, Collection<TcpListener> listeners)
      throws HostException {
    Set<Long> open = new HashSet<>();
    Set<Integer> hidden = new HashSet<>();
    for (Path process : processes()) {
      if (isIn(process, group)) {
        try {
          open.addAll(socketsOf(process));
        } catch (AccessDeniedException e) {
          hidden.add(userOf(process));
        }
      }
    }
    return listeners.stream()
        .filter(it ->
            open.contains(it.inode())
                || hidden.contains(it.uid())
                || (!hidden.isEmpty() && has(proc.resolve(FIRST), it.inode())))
        .toList();
  }

  private List<Path> processes() throws HostException {
    List<Path> processes = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[0-9]*")) {
      entries.forEach(processes::add);
    } catch (IOException | DirectoryIteratorException e) {
      throw new HostException("Cannot look at " + proc + ": " + e.getMessage(), e);
    }
    return processes;
  }

  /** Returns the sockets that a process has open; none if it has ended. */
  private static Set<Long> socketsOf(Path process) throws AccessDeniedException {
    Set<Long> sockets = new HashSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path file : files) {
        String target = target(file);
        if (target.startsWith(SOCKET)) {
          sockets.add(Long.parseLong(target.substring(SOCKET.length(), target.length() - 1)));
        }
      }
    } catch (AccessDeniedException e) {
      throw e;
    } catch (IOException | DirectoryIteratorException e) {
      return sockets;
    }
    return sockets;
  }

  private static String target(Path file) throws AccessDeniedException {
    try {
      return Files.readSymbolicLink(file).toString();
    } catch (AccessDeniedException e) {
      throw e;
    } catch (IOException e) {
      return ""; // it was just closed
    }
  }

  private static boolean has(Path process, long socket) {
    try {
      return socketsOf(process).contains(socket);
    } catch (AccessDeniedException e) {
      return false;
    }
  }

  // the owner of the directory is root if the process may not be examined
  private static int userOf(Path process) {
    try {
      return Files.readString(process.resolve("status"), StandardCharsets.ISO_8859_1)
          .lines()
          .filter(line -> line.startsWith(UIDS))
          .map(line -> Integer.parseUnsignedInt(Columns.of(line, EFFECTIVE + 2)[EFFECTIVE]))
          .findFirst()
          .orElse(-1);
    } catch (IOException e) {
      return -1; // it has ended
    }
  }

  private PortHolder holder(TcpListener listener) throws HostException {
    String user = accounts.userName(listener.uid());
    if (has(proc.resolve(FIRST), listener.inode())) {
      return new PortHolder(1, "systemd, for a socket unit", "");
    }
    for (Path process : processes()) {
      if (has(process, listener.inode())) {
        long pid = Long.parseLong(String.valueOf(process.getFileName()));
        String service = service(process);
        String more = service.isEmpty() ? "" : ", in " + service;
        return new PortHolder(
            pid, "pid %s (%s) of user %s%s".formatted(pid, name(process), user, more), service);
      }
    }
    return new PortHolder(0, "a program of user " + user, "");
  }

  // a service of a user's own systemd is none that an administrator stops by name
  private static String service(Path process) {
    return groups(process).stream()
        .filter(group -> !group.contains("/user.slice/"))
        .map(group -> group.substring(group.lastIndexOf('/') + 1))
        .filter(unit -> unit.endsWith(".service"))
        .findFirst()
        .orElse("");
  }

  // A process chooses its own name.
  private static String name(Path process) {
    try {
      String name = Files.readString(process.resolve("comm"), StandardCharsets.ISO_8859_1).strip();
      return name.substring(0, Math.min(name.length(), MOST_NAME)).replaceAll("[^ -~]", "?");
    } catch (IOException e) {
      return "ended";
    }
  }
}

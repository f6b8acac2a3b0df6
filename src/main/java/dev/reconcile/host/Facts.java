// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import dev.reconcile.model.FileAttributes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The facts of a host. Queries change nothing. Answers that need a process or a large read are
 * cached for the run, so the number of processes does not grow with the number of apps.
 */
public interface Facts {
  /**
   * Reports whether this is a running system; false under a root directory, where no service
   * exists.
   */
  boolean live();

  /** Reports whether the kernel has IPv6; assumed under a root directory. */
  default boolean hasIpv6() throws HostException {
    return !live() || stat("/proc/sys/net/ipv6").isPresent(); // absent with ipv6.disable=1
  }

  /** Returns the result of lstat(2); empty if the path does not exist. */
  Optional<Stat> stat(String path) throws HostException;

  /**
   * Reads the first {@code limit} bytes of a file.
   *
   * @throws HostException if the file cannot be read
   */
  byte[] read(String path, int limit) throws HostException;

  /** Reads the first {@code limit} bytes of a file as UTF-8 text; see {@link #read}. */
  default String readText(String path, int limit) throws HostException {
    return new String(read(path, limit), StandardCharsets.UTF_8);
  }

  /** Returns the queries for paths that a run would change. */
  FolderFacts folders();

  /** Reads the target of a symbolic link, as written in it. */
  String readLink(String path) throws HostException;

  /** Lists the names in a directory, sorted; empty if the directory does not exist. */
  List<String> list(String path) throws HostException;

  /**
   * Returns the attributes of {@code stat}, with the names of {@code wanted} if they denote the
   * same user and group. Under a root directory owners do not apply and count as the wanted ones.
   */
  FileAttributes attributes(Stat stat, FileAttributes wanted) throws HostException;

  /** Reports whether the host has this user. */
  boolean hasUser(String user) throws HostException;

  /** Reports whether the host has this group. */
  boolean hasGroup(String group) throws HostException;

  /** Reports whether a user is a member of a group, by its primary group or by the group's list. */
  boolean isMember(String user, String group) throws HostException;

  /** Returns the name of a user's primary group; empty for an unknown user. */
  Optional<String> groupOf(String user) throws HostException;

  /**
   * Reports whether a user has access to a path, as the kernel decides, including access control
   * lists. The query starts a process, so it is only for access that the permission bits deny.
   *
   * @param user the name or number of the user
   * @param test the operator of test(1): {@code -r} or {@code -x}
   */
  boolean may(String user, String test, String path) throws HostException;

  /**
   * Returns the time of the last change (ctime) of the file, directory or link at a path; empty if
   * the path does not exist.
   */
  Optional<Instant> changed(String path) throws HostException;

  /** Finds the real path of a program on the standard search path; empty if there is none. */
  Optional<String> program(String name) throws HostException;

  /** Adds a unit to the result of {@link #units()}. */
  void watchUnit(String unit);

  /** Resolves all links of a path; empty if the target does not exist. */
  Optional<String> realPath(String path) throws HostException;

  /**
   * Resolves a path as the kernel does, through the links of all users. All other queries refuse a
   * link in the parents of a path that another user owns, because root must not read or write where
   * it leads.
   */
  FollowedPath follow(String path) throws HostException;

  /**
   * Returns the path of the regular file at a path, following all links; empty if there is none.
   */
  default Optional<String> file(String path) throws HostException {
    Optional<String> real = realPath(path);
    return real.isPresent() && stat(real.get()).stream().anyMatch(s -> s.type() == Stat.Type.FILE)
        ? real
        : Optional.empty();
  }

  /**
   * Reads the text of the regular file at a path, following all links; empty if there is none.
   *
   * @param limit the maximum number of bytes to read
   */
  default Optional<String> text(String path, int limit) throws HostException {
    Optional<String> file = file(path);
    return file.isEmpty() ? Optional.empty() : Optional.of(readText(file.get(), limit));
  }

  /**
   * Reads a file with the rights of a user who may be able to change the directory.
   *
   * @param user the user and group that read
   * @param directory an absolute path
   * @param path the file's path in the directory; links are followed if they stay within it
   * @param limit the maximum size, in bytes
   * @return the file; empty if it does not exist
   * @throws HostException if the path leads outside, is not a file, is too large, or is not
   *     readable by the user
   */
  Optional<UserFile> readAs(FileAttributes user, String directory, String path, int limit)
      throws HostException;

  /**
   * Lists an app's code in an unmanaged directory.
   *
   * @param user the user that runs the app, whose files are the app's data
   * @param directory an absolute path
   * @throws HostException if the directory cannot be read, or has too many files
   */
  TreeListing listing(String user, String directory) throws HostException;

  /**
   * Returns the differences in a directory since the link to it was put in place: files with
   * changed content, owner or mode, new files, and directories (with a slash) from which a name was
   * removed. It examines each file, and records nothing in {@link #observations()}.
   *
   * @return paths below the directory, sorted
   */
  List<String> changedSince(String link, String folder) throws HostException;

  /** Returns the loaded ones of the watched units, by name. */
  Map<String, UnitFacts> units() throws HostException;

  /** Counts the sockets that listen on the unix socket path {@code path}. */
  int listenersOn(String path) throws HostException;

  /**
   * Counts the connections that a server has at an address, including those that it has not
   * accepted yet. The value is read at each call and is no observation.
   *
   * @param address {@code unix:PATH} or {@code HOST:PORT}; the path at which the socket was bound,
   *     whichever path leads to it now
   */
  int connectionsAt(String address) throws HostException;

  /**
   * Finds the socket that listens on a TCP port, on any address.
   *
   * @param port from 1 to 65535
   * @return the inode of the socket; empty if there is none
   */
  Optional<Long> listenerOn(int port) throws HostException;

  /**
   * Finds the process that listens on a TCP port; empty if there is none, or if systemd listens for
   * a socket unit.
   *
   * @param port from 1 to 65535
   * @return a description of the process, such as {@code pid 812 (redis-server)}
   */
  Optional<String> processListeningOn(int port) throws HostException;

  /**
   * Finds a program other than nginx that listens on a TCP port of all IPv6 addresses; empty if
   * there is none.
   *
   * @param port from 1 to 65535
   * @return a description of the process, or of systemd if it listens for a socket unit
   */
  Optional<String> holderOfIpv6(int port) throws HostException;

  /**
   * Finds a process that has one of these listeners open and does not belong to a unit. A listener
   * belongs to the unit if any of its processes has it open. The answer is no observation.
   *
   * @param unit the name of the unit
   * @param mainPid the unit's main process; 0 if it has none, so that all processes are others
   * @param listeners the listeners, as read just before
   */
  Optional<PortHolder> holderOutside(String unit, long mainPid, List<TcpListener> listeners)
      throws HostException;

  /**
   * Reports whether a unix socket accepts a connection, which is closed at once. A connection to a
   * socket of systemd starts its service if that is not running.
   */
  boolean accepts(String path) throws HostException;

  /** Returns the version of an installed Debian package; empty if it is not installed. */
  Optional<String> packageVersion(String name) throws HostException;

  /** Returns the version of the installed nginx, or of the nginx that apt would install. */
  NginxVersion nginx() throws HostException;

  /**
   * Returns the current process of nginx.service, or of an nginx that runs outside of systemd;
   * empty if none is running. The answer is not recorded for later runs, so it is only for changes
   * and reports.
   */
  Optional<NginxProcess> runningNginx() throws HostException;

  /** Returns the build settings of the installed nginx; those of Debian if there is none. */
  NginxBuild nginxBuild() throws HostException;

  /**
   * Reports whether a moment is past. The answer is recorded, so the passing of the moment is a
   * difference for a later run.
   */
  boolean isPast(Instant moment);

  /** Returns all recorded queries with their answers. */
  ObservationLog observations();

  /**
   * Supplies the observations of an earlier run, at whose end systemd had loaded all unit files. If
   * the files are unchanged, systemd need not be asked about each unit, which would take almost a
   * millisecond per unit.
   *
   * @param lines the observation lines of that run
   */
  void recall(List<String> lines);

  /**
   * Repeats the queries of an earlier run and returns the first whose answer differs; empty if all
   * are the same.
   *
   * @param earlier the observation lines of the earlier run
   * @throws IllegalArgumentException if a line has the format of another version
   */
  Optional<String> difference(List<String> earlier) throws HostException;
}

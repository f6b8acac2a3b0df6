package dev.reconcile.host;

import dev.reconcile.model.FileAttributes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Questions about the host. Nothing here changes anything. Answers that cost a process or a large
 * read are asked once a run and kept, so the number of processes does not grow with the number of
 * apps.
 */
public interface Facts {
  /** Whether this is a running system; false under a root directory, where no service exists. */
  boolean live();

  /** lstat(2); empty when nothing is there. */
  Optional<Stat> stat(String path) throws HostException;

  /**
   * The first {@code limit} bytes of a file.
   *
   * @throws HostException if it cannot be read
   */
  byte[] read(String path, int limit) throws HostException;

  /** What is only asked of what a run would change. */
  FolderFacts folders();

  /** Where a symbolic link points, as written in it. */
  String readLink(String path) throws HostException;

  /** Names in a directory, sorted; empty when it is not there. */
  List<String> list(String path) throws HostException;

  /**
   * The attributes of {@code stat} in the words of {@code wanted}: the same user by number is the
   * same user. Under a root directory owners do not apply and count as the wanted ones.
   */
  FileAttributes attributes(Stat stat, FileAttributes wanted) throws HostException;

  /** Whether the host knows this user. */
  boolean hasUser(String user) throws HostException;

  /** Whether the host knows this group. */
  boolean hasGroup(String group) throws HostException;

  /** Whether a user is in a group, by its account or by the group's list. */
  boolean isMember(String user, String group) throws HostException;

  /** The name of the group that a user's account has; empty for an unknown user. */
  Optional<String> groupOf(String user) throws HostException;

  /**
   * Whether a user may do this with a path, as the kernel decides it (access control lists count).
   * It is asked by starting a process: for what the bits of owner, group and others forbid.
   *
   * @param user by name or number
   * @param test as in test(1): {@code -r} or {@code -x}
   */
  boolean may(String user, String test, String path) throws HostException;

  /**
   * When a file or folder, or the link at its path, last changed in any way; empty if none is
   * there.
   */
  Optional<Instant> changed(String path) throws HostException;

  /** The real path of a program on the usual search path; empty if there is none. */
  Optional<String> program(String name) throws HostException;

  /** Makes {@link #units()} tell of this unit too. */
  void alsoTellOf(String unit);

  /** Where a path leads when all links are followed; empty if nothing is there. */
  Optional<String> realPath(String path) throws HostException;

  /** The regular file at a path, all links followed; empty if there is none. */
  default Optional<String> file(String path) throws HostException {
    Optional<String> real = realPath(path);
    return real.isPresent() && stat(real.get()).stream().anyMatch(s -> s.type() == Stat.Type.FILE)
        ? real
        : Optional.empty();
  }

  /**
   * The text of the regular file at a path, all links followed; empty if there is none.
   *
   * @param limit how many bytes are read at most
   */
  default Optional<String> text(String path, int limit) throws HostException {
    Optional<String> file = file(path);
    return file.isEmpty()
        ? Optional.empty()
        : Optional.of(new String(read(file.get(), limit), StandardCharsets.UTF_8));
  }

  /**
   * Reads a file of a directory with the rights of a user, who may be able to change what is there.
   *
   * @param user who reads, and in which group
   * @param directory an absolute path
   * @param path the file's path in it; links are followed as long as they stay within it
   * @param limit the most bytes it may have
   * @return the file; empty if there is none
   * @throws HostException if it leads outside, is no file or too large, or the user cannot read it
   */
  Optional<UserFile> readAs(FileAttributes user, String directory, String path, int limit)
      throws HostException;

  /**
   * Lists what counts as an app's code in a directory that nobody manages.
   *
   * @param user who runs the app, and whose files are its data
   * @param directory an absolute path
   * @throws HostException if it cannot be looked at, or holds too much
   */
  TreeListing listing(String user, String directory) throws HostException;

  /**
   * What is different in a folder since the link to it was made or renamed into place: content,
   * owner or mode changed, added, or (the folder, with a slash) gone. It looks at each file, and is
   * no part of what {@link #sightings()} tells.
   *
   * @return paths below the folder, sorted
   */
  List<String> changedSince(String link, String folder) throws HostException;

  /** Loaded units by name, of those that were asked for. */
  Map<String, UnitFacts> units() throws HostException;

  /** How many listen on a unix socket that was bound to {@code path}. */
  int listenersOn(String path) throws HostException;

  /**
   * The socket that listens on a TCP port, on whichever address.
   *
   * @param port from 1 to 65535
   * @return its inode; empty if nobody listens
   */
  Optional<Long> listenerOn(int port) throws HostException;

  /**
   * Who listens on a TCP port other than systemd for one of its socket units; empty if nobody does.
   *
   * @param port from 1 to 65535
   * @return a process, such as {@code pid 812 (redis-server)}
   */
  Optional<String> processListeningOn(int port) throws HostException;

  /**
   * Whether a connection to this unix socket is taken; it is closed at once. A socket of systemd's
   * whose service does not run would start it.
   */
  boolean accepts(String path) throws HostException;

  /** The version of an installed Debian package; empty if it is not installed. */
  Optional<String> packageVersion(String name) throws HostException;

  /** The version of nginx that is or will be there. */
  NginxVersion nginx() throws HostException;

  /**
   * nginx.service as it runs at this moment; empty if it does not. A later run is not compared with
   * it: it is for who changes something, or tells of it.
   */
  Optional<NginxProcess> runningNginx() throws HostException;

  /** How the nginx that is there was built; as Debian does if there is none. */
  NginxBuild nginxBuild() throws HostException;

  /** Whether this moment has come; when it does, that is a difference to an earlier run. */
  boolean isPast(Instant moment);

  /** All that was asked until now, with the answers. */
  ObservationLog sightings();

  /**
   * Takes up what an earlier run saw, at whose end systemd had read all files of its units: while
   * these are the same it still has, and need not be asked of each unit, which takes most of a
   * millisecond each.
   *
   * @param lines the lines of that run's sightings
   */
  void recall(List<String> lines);

  /**
   * What would be answered otherwise now, in words; empty if nothing.
   *
   * @param earlier the lines of an earlier run's sightings
   * @throws IllegalArgumentException if one is of another version
   */
  Optional<String> difference(List<String> earlier) throws HostException;
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A reader of files in a directory that a user may be able to change, with the rights of that user.
 * With root's rights, a link of that user to a secret would be read and shown.
 *
 * <p>Invariant: no file outside the directory is read, and no file that the user cannot read.
 */
final class UserFiles {
  private static final int MOST_LINKS = 40;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static final int MISSING = 3;
  private static final int OUTSIDE = 4;
  private static final int NO_FILE = 5;
  private static final int UNREADABLE = 6;

  /**
   * Checks and reads in one program with the user's rights, so that the checked file is the file
   * that is read.
   */
  private static final String READ =
      """
      root=$(realpath -e -- "$1") && file=$(realpath -e -- "$1/$2") || exit 3
      case $file in "$root"/*) ;; *) exit 4 ;; esac
      [ -f "$file" ] || exit 5
      [ -r "$file" ] || exit 6
      head -c "$3" -- "$file" | base64 -w 0
      printf '\\n%s' "${file#"$root"/}"
      """;

  private final HostPaths paths;
  private final CommandRunner commands;
  private final ObservationLog observations;
  private final Optional<Accounts> accounts;

  /**
   * @param accounts the host's users; empty under a root directory, where owners do not apply
   */
  UserFiles(
      HostPaths paths,
      CommandRunner commands,
      ObservationLog observations,
      Optional<Accounts> accounts) {
    this.paths = paths;
    this.commands = commands;
    this.observations = observations;
    this.accounts = accounts;
  }

  /**
   * Reads a file.
   *
   * @param user the user that reads
   * @param directory the directory
   * @param path the file's path in the directory
   * @param limit the maximum size, in bytes
   * @return the file; empty if it does not exist
   */
  Optional<UserFile> read(FileAttributes user, String directory, String path, int limit)
      throws HostException {
    Path root = place(directory);
    Path file = root.resolve(path);
    try {
      see(root);
      see(file);
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      Path real = file.toRealPath();
      see(real);
      return mustBecome(user) && !isRootsAlone(real)
          ? byTheUser(user, directory, path, limit)
          : Optional.of(here(root.toRealPath(), real, file, limit));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (FileSystemException e) {
      throw new HostException("Cannot read " + file + ": " + e.getReason(), e);
    } catch (IOException e) {
      throw new HostException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** Lists the code of an app that {@code user} runs. */
  TreeListing list(String user, String directory) throws HostException {
    int uid = accounts.map(known -> known.user(user)).orElse(-1);
    Path place = place(directory);
    try {
      SourceListing.Found found = SourceListing.of(place, uid);
      see(place);
      observations.sawTree(uid, place, found);
      return found.listing();
    } catch (IOException e) {
      throw new HostException("Cannot look through " + directory + ": " + e.getMessage(), e);
    }
  }

  // The user may own a link to the directory, or on the way to it: releases are deployed so.
  private Path place(String directory) throws HostException {
    return paths.locate(paths.follow(directory).place());
  }

  private boolean mustBecome(FileAttributes user) {
    return accounts.isPresent()
        && "root".equals(System.getProperty("user.name"))
        && accounts.get().user(user.user()) != 0;
  }

  // observes each link of a chain, so that a later run detects a changed link
  private void see(Path place) throws IOException {
    Path next = place;
    for (int links = 0; links < MOST_LINKS; links++) {
      Optional<FileStamp> mark = FileStamp.of(next);
      observations.saw(Observation.Kind.CONTENT, next.toString(), mark);
      if (mark.isEmpty() || mark.get().stat().type() != Stat.Type.LINK) {
        return;
      }
      next = next.resolveSibling(Files.readSymbolicLink(next));
    }
  }

  /** Reports whether only root can change the path, and every user may read it. */
  private static boolean isRootsAlone(Path real) throws IOException {
    int needed = 0004;
    for (Path place = real; place != null; place = place.getParent()) {
      Map<String, Object> found =
          Files.readAttributes(place, "unix:mode,uid", LinkOption.NOFOLLOW_LINKS);
      int mode = (Integer) found.getOrDefault("mode", 0);
      boolean roots = (Integer) found.getOrDefault("uid", -1) == 0 && (mode & 0022) == 0;
      if (!roots || (mode & needed) == 0) {
        return false;
      }
      needed = 0001;
    }
    return true;
  }

  private static UserFile here(Path root, Path real, Path named, int limit)
      throws IOException, HostException {
    if (!real.startsWith(root)) {
      throw outside(named.toString(), root.toString());
    }
    if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
      throw noFile(named.toString());
    }
    try (InputStream in = Files.newInputStream(real)) {
      return file(root.relativize(real).toString(), in.readNBytes(limit + 1), named, limit);
    }
  }

  private Optional<UserFile> byTheUser(
      FileAttributes user, String directory, String path, int limit) throws HostException {
    List<String> argv = new ArrayList<>(asUser(user));
    argv.addAll(List.of("sh", "-c", READ, "sh", directory, path, String.valueOf(limit + 1)));
    CommandRunner.Result result = commands.run(new Command(argv, "", Map.of(), LIMIT));
    String named = directory + "/" + path;
    if (!result.ok()) {
      throw switch (result.exit()) {
        case MISSING, UNREADABLE ->
            new HostException(
                HostFailure.PERMISSION_DENIED,
                user.user() + ", who runs the app, cannot read " + named + ".");
        case OUTSIDE -> outside(named, directory);
        case NO_FILE -> noFile(named);
        default -> new HostException(result, "Cannot read " + named + ": " + result.tail(1));
      };
    }
    int end = result.out().indexOf('\n');
    byte[] bytes = Base64.getDecoder().decode(result.out().substring(0, end));
    return Optional.of(file(result.out().substring(end + 1), bytes, Path.of(named), limit));
  }

  private List<String> asUser(FileAttributes user) throws HostException {
    int uid = accounts.map(known -> known.user(user.user())).orElse(-1);
    int gid = accounts.map(known -> known.group(user.group())).orElse(-1);
    if (uid < 0 || gid < 0) {
      throw new HostException(
          HostFailure.UNKNOWN_USER, "No user or group " + user.user() + ":" + user.group() + ".");
    }
    boolean known = accounts.stream().anyMatch(all -> all.users().containsValue(uid));
    return List.of(
        "setpriv",
        "--reuid=" + uid,
        "--regid=" + gid,
        known ? "--init-groups" : "--clear-groups", // a user id without an account has no groups
        "--no-new-privs",
        "--");
  }

  private static UserFile file(String place, byte[] bytes, Path named, int limit)
      throws HostException {
    if (bytes.length > limit) {
      throw new HostException(
          HostFailure.TOO_LARGE,
          named + " has more than " + limit + " bytes, which is the most allowed here.");
    }
    return new UserFile(place, new Content(bytes, false));
  }

  private static HostException outside(String named, String root) {
    return new HostException(HostFailure.UNSAFE_PATH, named + " leads out of " + root + ".");
  }

  private static HostException noFile(String named) {
    return new HostException(HostFailure.UNSUPPORTED_FILE, named + " is not a file.");
  }
}

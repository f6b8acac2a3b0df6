// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The mapping of the host's paths to paths on this machine. Links in the parents of a path are
 * followed inside the root directory, and only if root (or the user who runs reconcile) owns them,
 * so that a link of another user never redirects a write.
 */
final class HostPaths {
  /** The largest number of links on the way to a file, as in path_resolution(7). */
  static final int MOST_LINKS = 40;

  private final Path root;
  private final int self;
  private final ObservationLog observations;
  private final Map<String, Path> folders = new ConcurrentHashMap<>();

  HostPaths(Path root, ObservationLog observations) throws HostException {
    this.observations = observations;
    this.root = root.toAbsolutePath().normalize();
    this.self = ownerOf(this.root);
  }

  /** Reports whether the host is this machine itself. */
  boolean isWholeMachine() {
    return root.getParent() == null;
  }

  /** Reports whether a user is root or the owner of the root directory. */
  boolean isOurs(int uid) {
    return uid == 0 || uid == self;
  }

  /**
   * Resolves {@code path}, without following its last component.
   *
   * @param path absolute and normalised
   */
  Path locate(String path) throws HostException {
    String trimmed =
        path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    int slash = trimmed.lastIndexOf('/');
    if (slash < 0) {
      throw new HostException(HostFailure.UNSAFE_PATH, "Not an absolute path: " + path);
    }
    if (trimmed.equals("/")) {
      return root;
    }
    return folder(trimmed.substring(0, slash)).resolve(trimmed.substring(slash + 1));
  }

  /**
   * Resolves {@code path} with its last component, through the links of all users. What is found
   * there may only be read, with the rights of the user who needs it.
   *
   * @param path absolute and normalised
   */
  FollowedPath follow(String path) throws HostException {
    return new LinkWalk(root, observations).along(path);
  }

  /**
   * Opens the directory of a located path, so that no other user can put another one in its place.
   */
  HeldDirectory hold(Path located) throws IOException, HostException {
    Path folder = parent(located);
    String real =
        Path.of(root.toString())
            .toRealPath()
            .resolve(root.relativize(folder).toString())
            .normalize()
            .toString();
    return HeldDirectory.of(folder, real);
  }

  /** Clears the cache, because directories were created or replaced. */
  void forget() {
    folders.clear();
  }

  private Path folder(String path) throws HostException {
    Path known = folders.get(path);
    if (known == null) {
      known = resolve(path);
      folders.put(path, known);
    }
    return known;
  }

  private Path resolve(String path) throws HostException {
    Deque<String> left = new ArrayDeque<>();
    pushAll(left, path);
    Path place = root;
    int links = 0;
    while (!left.isEmpty()) {
      String name = left.pop();
      if (name.equals("..")) {
        place = place.equals(root) ? root : parent(place);
        continue;
      }
      Path next = place.resolve(name);
      Optional<String> target = linkTarget(next);
      if (target.isEmpty()) {
        place = next;
        continue;
      }
      links++;
      if (links > MOST_LINKS) {
        throw new HostException(HostFailure.TOO_MANY_LINKS, "Too many symbolic links in " + path);
      }
      if (target.get().startsWith("/")) {
        place = root;
      }
      pushAll(left, target.get());
    }
    return place;
  }

  private Path parent(Path place) {
    Path parent = place.getParent();
    return parent == null ? root : parent;
  }

  private static void pushAll(Deque<String> stack, String path) {
    String[] names = path.split("/", -1);
    for (int i = names.length - 1; i >= 0; i--) {
      if (!names[i].isEmpty() && !names[i].equals(".")) {
        stack.push(names[i]);
      }
    }
  }

  private Optional<String> linkTarget(Path path) throws HostException {
    if (!Files.isSymbolicLink(path)) {
      return Optional.empty();
    }
    try {
      observations.saw(Observation.Kind.CONTENT, path.toString(), FileStamp.of(path));
    } catch (IOException e) {
      throw new HostException("Cannot look at " + path + ": " + e.getMessage(), e);
    }
    int owner = ownerOf(path);
    if (!isOurs(owner)) {
      throw new HostException(
          HostFailure.UNSAFE_PATH,
          """
          Refused to go through the symbolic link %s: it belongs to user %s, and only links \
          that root owns are followed. Remove it, or give it to root.\
          """
              .formatted(path, owner));
    }
    try {
      return Optional.of(Files.readSymbolicLink(path).toString());
    } catch (IOException e) {
      throw new HostException("Cannot read the link " + path + ": " + e.getMessage(), e);
    }
  }

  private static int ownerOf(Path path) throws HostException {
    try {
      return (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException | NotDirectoryException e) {
      throw new HostException("There is no " + path, e);
    } catch (IOException e) {
      throw new HostException("Cannot look at " + path + ": " + e.getMessage(), e);
    }
  }
}

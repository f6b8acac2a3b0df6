// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import dev.reconcile.model.FileAttributes;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * The creation of directories, with owner and mode.
 *
 * <p>Invariant: a new directory has its owner and mode as soon as it has its name. The attributes
 * of a parent are not compared later, so a wrong mode that a killed run left would stay.
 */
final class Directories {
  private final HostPaths paths;
  private final LocalFacts facts;

  Directories(HostPaths paths, LocalFacts facts) {
    this.paths = paths;
    this.facts = facts;
  }

  /** Creates a directory, with missing parents (0755, root), or corrects its attributes. */
  void make(String path, FileAttributes attributes) throws HostException {
    Path place = paths.locate(path);
    if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      makeParents(path);
      place = paths.locate(path);
      if (makeWhole(place, attributes)) {
        return;
      }
    }
    apply(place, attributes);
  }

  /** Creates the missing parents of a path. */
  void makeParents(String path) throws HostException {
    int slash = path.lastIndexOf('/');
    if (slash <= 0) {
      return;
    }
    // links above are resolved inside the root directory, so the place may not be path's parent
    Path place = paths.locate(path).resolveSibling("");
    if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    makeParents(path.substring(0, slash));
    makeWhole(place, FileAttributes.root(0755));
  }

  // Synchronized, because apps are deployed in parallel and share parents. Returns false if the
  // directory exists.
  private synchronized boolean makeWhole(Path place, FileAttributes attributes)
      throws HostException {
    if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    Path beside = FileOperations.beside(place);
    try {
      if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(place.toString());
      }
      Files.deleteIfExists(beside); // left by a killed run
      FileOperations.makePrivateDirectory(beside);
      apply(beside, attributes);
      FileOperations.rename(beside, place);
      paths.forget();
      return true;
    } catch (HostException e) {
      FileOperations.discard(beside);
      throw e;
    } catch (IOException e) {
      FileOperations.discard(beside);
      throw IoFailure.of("make the directory", place, e);
    }
  }

  /** Sets owner, group and mode; under a root directory only the mode. */
  void apply(Path place, FileAttributes attributes) throws HostException {
    try {
      if (facts.live()) {
        Accounts accounts = facts.accounts();
        int uid = accounts.user(attributes.user());
        int gid = accounts.group(attributes.group());
        if (uid < 0 || gid < 0) {
          throw new HostException(
              HostFailure.UNKNOWN_USER,
              "No user or group " + attributes.user() + ":" + attributes.group() + " on this host");
        }
        FileOperations.refuseSecondNames(place);
        Files.setAttribute(place, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(place, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
      }
      // The mode is set last: chown(2) clears set-user-ID bits, and until then only root may read.
      FileOperations.setMode(place, attributes.mode());
    } catch (IOException e) {
      throw IoFailure.of("set the attributes of", place, e);
    }
  }
}

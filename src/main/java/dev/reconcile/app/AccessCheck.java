// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.kind.PlannedFiles;
import dev.reconcile.model.FileAttributes;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The accesses that an app's user certainly does not have, judged by owner and mode. Where the
 * group's bits allow an access to a group that the app is not in, an access control list may be the
 * reason, so test(1) decides.
 *
 * @param files the host's files, and those that the run will make
 * @param app the app whose access is checked
 */
record AccessCheck(PlannedFiles files, App app) {
  private static final int ENTER = 1;
  private static final int WRITE = 2;

  /**
   * Returns the first directory on the way to {@code path} that the user certainly cannot enter.
   * The way is the kernel's: it follows each link.
   *
   * @param path an absolute path
   */
  Optional<String> barrier(String path) throws HostException {
    if (isRoot()) {
      return Optional.empty();
    }
    for (String place : facts().follow(path).passed()) {
      Optional<Stat> stat = facts().stat(place);
      if (stat.isEmpty()) {
        return Optional.empty();
      }
      if (stat.get().type() == Stat.Type.DIRECTORY && cannot(stat.get(), place, ENTER)) {
        return Optional.of(place);
      }
    }
    return Optional.empty();
  }

  /**
   * Returns whether the user certainly can neither write to this file nor, if it is missing, create
   * it.
   *
   * @param file the file; links in its parents are followed
   */
  boolean cannotWrite(String file) throws HostException {
    String place = placeOf(facts(), file);
    String folder = place.substring(0, Math.max(1, place.lastIndexOf('/')));
    Optional<Stat> stat = facts().stat(place);
    if (stat.isPresent()) {
      return stat.get().type() == Stat.Type.FILE && cannot(stat.get(), place, WRITE);
    }
    Optional<Stat> above = facts().stat(folder);
    return above.isPresent()
        && above.get().type() == Stat.Type.DIRECTORY
        && cannot(above.get(), folder, WRITE);
  }

  /**
   * Returns the path of a file, which may be missing, without the links in its parents.
   *
   * @param file an absolute path
   */
  static String placeOf(Facts facts, String file) throws HostException {
    Path path = Path.of(file);
    String folder = facts.follow(String.valueOf(path.getParent())).place();
    return Path.of(folder).resolve(path.getFileName()).toString();
  }

  private boolean cannot(Stat stat, String path, int right) throws HostException {
    if (isRoot() || (stat.mode() & right) != 0) {
      return false;
    }
    FileAttributes owners =
        facts().attributes(stat, new FileAttributes(app.user(), app.group(), 0));
    if (owners.user().equals(app.user())) {
      return (stat.mode() & (right << 6 | right << 3)) == 0;
    }
    boolean toGroup = (stat.mode() & right << 3) != 0;
    boolean isMember =
        owners.group().equals(app.group()) || facts().isMember(app.user(), owners.group());
    return !toGroup
        || !(isMember || UnitDropIns.changeAccount(app.service(), files) || may(path, right));
  }

  private boolean may(String path, int right) throws HostException {
    return !facts().hasUser(app.user())
        || facts().may(app.user(), right == ENTER ? "-x" : "-w", path);
  }

  // The superuser may have capabilities that override modes.
  private boolean isRoot() {
    return app.user().equals("root") || app.user().equals("0");
  }

  private Facts facts() {
    return files.facts();
  }
}

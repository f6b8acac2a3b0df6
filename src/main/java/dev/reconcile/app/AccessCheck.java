// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.FileAttributes;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The accesses that a user certainly does not have, judged by owner and mode. Nothing is certain
 * where the group's bits allow an access: the user may be a member of the group, and the rights
 * that an ACL grants show as rights of the group.
 *
 * @param facts the host
 * @param user the user whose access is checked
 */
record AccessCheck(Facts facts, String user) {
  private static final int MOST_STEPS = 40;
  private static final int ENTER = 1;
  private static final int WRITE = 2;

  /**
   * Returns the first directory on the way to {@code path} that the user certainly cannot enter.
   * The way is the kernel's: it follows each link.
   *
   * @param path an absolute path
   */
  Optional<String> barrier(String path) throws HostException {
    return barrier(Path.of(path), MOST_STEPS);
  }

  private Optional<String> barrier(Path path, int steps) throws HostException {
    Path parent = path.getParent();
    if (parent == null || steps == 0 || user.equals("root")) {
      return Optional.empty();
    }
    Optional<String> before = barrier(parent, steps - 1);
    Optional<Stat> stat = before.isEmpty() ? facts.stat(path.toString()) : Optional.empty();
    if (stat.isEmpty()) {
      return before;
    }
    if (stat.get().type() == Stat.Type.LINK) {
      Path target = parent.resolve(facts.readLink(path.toString())).normalize();
      return barrier(target, steps - 1);
    }
    boolean closed = stat.get().type() == Stat.Type.DIRECTORY && cannot(stat.get(), ENTER);
    return closed ? Optional.of(path.toString()) : Optional.empty();
  }

  /**
   * Returns whether the user certainly can neither write to this file nor, if it is missing, create
   * it.
   */
  boolean cannotWrite(String file) throws HostException {
    Optional<Stat> stat = facts.stat(file);
    if (stat.isPresent()) {
      return stat.get().type() == Stat.Type.FILE && cannot(stat.get(), WRITE);
    }
    Path folder = Path.of(file).getParent();
    Optional<Stat> above = folder == null ? stat : facts.stat(folder.toString());
    return above.isPresent()
        && above.get().type() == Stat.Type.DIRECTORY
        && cannot(above.get(), WRITE);
  }

  private boolean cannot(Stat stat, int right) throws HostException {
    if (user.equals("root") || (stat.mode() & (right | right << 3)) != 0) {
      return false;
    }
    boolean owns = facts.attributes(stat, new FileAttributes(user, user, 0)).user().equals(user);
    return !owns || (stat.mode() & right << 6) == 0;
  }
}

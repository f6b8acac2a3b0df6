package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.FileAttributes;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a user certainly may not do, by owner and mode. Nothing is certain where the group's bits
 * allow it: the user may be a member, and what an ACL gives shows as a right of the group.
 *
 * @param facts the host
 * @param user who wants to
 */
record AccessCheck(Facts facts, String user) {
  private static final int MOST_STEPS = 40;
  private static final int ENTER = 1;
  private static final int WRITE = 2;

  /**
   * The first folder on the way to {@code path} that the user certainly cannot enter; the way is
   * that of the kernel, through each link.
   *
   * @param path absolute
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

  /** Whether the user certainly can neither write to this file nor, if it is missing, make it. */
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

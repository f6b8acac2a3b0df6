// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.scan;

import dev.reconcile.adopt.Access;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;

/**
 * The access rights of users on this host, derived from owners and modes; access control lists are
 * ignored.
 */
public final class AccessScan implements Access {
  private final AccountScan accounts;

  public AccessScan(AccountScan accounts) {
    this.accounts = accounts;
  }

  @Override
  public boolean exists(String path) {
    return Files.exists(Path.of(path));
  }

  @Override
  public boolean canRead(String user, String group, String path) {
    return barred(user, group, path).isEmpty();
  }

  /**
   * Returns the first path that a user cannot enter or read: a folder above the path, or the path
   * itself.
   */
  Optional<String> barred(String user, String group, String path) {
    Optional<Path> real = real(Path.of(path));
    if (real.isEmpty()) {
      return Optional.of(path);
    }
    for (Path above = real.get().getParent(); above != null; above = above.getParent()) {
      if (!may(user, group, above, Right.ENTER)) {
        return Optional.of(above.toString());
      }
    }
    boolean folder = Files.isDirectory(real.get());
    boolean open =
        may(user, group, real.get(), Right.READ)
            && (!folder || may(user, group, real.get(), Right.ENTER));
    return open ? Optional.empty() : Optional.of(real.get().toString());
  }

  @Override
  public boolean canWrite(String user, String group, String path) {
    Path wanted = Path.of(path);
    Optional<Path> real = real(wanted);
    if (real.isEmpty()) {
      Path folder = wanted.getParent();
      return folder != null
          && Files.isDirectory(folder)
          && canWrite(user, group, folder.toString());
    }
    for (Path above = real.get().getParent(); above != null; above = above.getParent()) {
      if (!may(user, group, above, Right.ENTER)) {
        return false;
      }
    }
    return may(user, group, real.get(), Right.WRITE);
  }

  private static Optional<Path> real(Path path) {
    try {
      return Optional.of(path.toRealPath());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** An access right, as the mode bits of owner, group and others. */
  enum Right {
    READ(
        PosixFilePermission.OWNER_READ,
        PosixFilePermission.GROUP_READ,
        PosixFilePermission.OTHERS_READ),
    WRITE(
        PosixFilePermission.OWNER_WRITE,
        PosixFilePermission.GROUP_WRITE,
        PosixFilePermission.OTHERS_WRITE),
    ENTER(
        PosixFilePermission.OWNER_EXECUTE,
        PosixFilePermission.GROUP_EXECUTE,
        PosixFilePermission.OTHERS_EXECUTE);

    private final PosixFilePermission owner;
    private final PosixFilePermission group;
    private final PosixFilePermission others;

    Right(PosixFilePermission owner, PosixFilePermission group, PosixFilePermission others) {
      this.owner = owner;
      this.group = group;
      this.others = others;
    }
  }

  private boolean may(String user, String group, Path path, Right right) {
    try {
      return may(user, group, Files.readAttributes(path, PosixFileAttributes.class), right);
    } catch (IOException e) {
      return false;
    }
  }

  /** Tells whether a file's attributes grant a user a right. */
  boolean may(String user, String group, PosixFileAttributes found, Right right) {
    if (found.owner().getName().equals(user)) {
      return found.permissions().contains(right.owner);
    }
    String owner = found.group().getName();
    boolean member = owner.equals(group) || accounts.groupsOf(user).contains(owner);
    return found.permissions().contains(member ? right.group : right.others);
  }
}

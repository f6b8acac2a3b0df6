// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fault;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/** Owner and mode of a file, whose changes are counted. */
final class FaultyAttributes implements PosixFileAttributeView {
  private final PosixFileAttributeView real;
  private final Path place;
  private final FileCalls calls;

  FaultyAttributes(PosixFileAttributeView real, Path place, FileCalls calls) {
    this.real = real;
    this.place = place;
    this.calls = calls;
  }

  private interface Setting {
    void make() throws IOException;
  }

  private void set(String what, Setting setting) throws IOException {
    calls.change(
        "set the " + what + " of",
        place,
        () -> {
          setting.make();
          return true;
        });
  }

  @Override
  public String name() {
    return real.name();
  }

  @Override
  public PosixFileAttributes readAttributes() throws IOException {
    return real.readAttributes();
  }

  @Override
  public void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
    set("mode", () -> real.setPermissions(permissions));
  }

  @Override
  public void setGroup(GroupPrincipal group) throws IOException {
    set("group", () -> real.setGroup(group));
  }

  @Override
  public void setTimes(FileTime modified, FileTime accessed, FileTime created) throws IOException {
    set("times", () -> real.setTimes(modified, accessed, created));
  }

  @Override
  public UserPrincipal getOwner() throws IOException {
    return real.getOwner();
  }

  @Override
  public void setOwner(UserPrincipal owner) throws IOException {
    set("owner", () -> real.setOwner(owner));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

/**
 * The owner, group and mode of a path.
 *
 * @param user the owner's name, or its number in decimal if the host has no name for it
 * @param group the group's name, or its number in decimal if the host has no name for it
 * @param mode permission bits, 0 to 07777 (chmod(2))
 */
public record FileAttributes(String user, String group, int mode) {
  /** Returns attributes with owner and group root. */
  public static FileAttributes root(int mode) {
    return new FileAttributes("root", "root", mode);
  }

  /** Tells whether owner and group are equal. */
  public boolean isOfSameOwners(FileAttributes other) {
    return user.equals(other.user()) && group.equals(other.group());
  }

  /** Returns the mode as four octal digits. */
  public String modeText() {
    String digits = Integer.toOctalString(mode);
    return "0".repeat(Math.max(0, 4 - digits.length())) + digits;
  }

  @Override
  public String toString() {
    return user + ":" + group + " " + modeText();
  }
}

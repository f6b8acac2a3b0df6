package dev.reconcile.model;

/**
 * Who owns a path and who may use it.
 *
 * @param user the owner's name, or the number in decimal when the host has no name for it
 * @param group the group's name, likewise
 * @param mode permission bits, 0 to 07777 (chmod(2))
 */
public record FileAttributes(String user, String group, int mode) {
  /** Owner root, group root. */
  public static FileAttributes root(int mode) {
    return new FileAttributes("root", "root", mode);
  }

  /** Whether owner and group are the same. */
  public boolean isOfSameOwners(FileAttributes other) {
    return user.equals(other.user()) && group.equals(other.group());
  }

  /** The mode as people write it: four octal digits. */
  public String modeText() {
    String digits = Integer.toOctalString(mode);
    return "0".repeat(Math.max(0, 4 - digits.length())) + digits;
  }

  @Override
  public String toString() {
    return user + ":" + group + " " + modeText();
  }
}

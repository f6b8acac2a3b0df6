// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

/**
 * A folder or file that nginx serves itself.
 *
 * <p>Invariant: the prefix of a folder ends with a slash, and so does the folder. nginx appends
 * what follows the prefix to the folder unchanged. With one slash alone, {@code /static../x} would
 * be a file beside the folder.
 *
 * @param location the parameters of nginx's location: a prefix, or {@code =} and a path
 * @param path the folder, or the file
 * @param guard the parameters of nginx's {@code disable_symlinks}, if the app can make links there;
 *     else empty
 * @param cache how long browsers keep the files, in nginx's notation; empty if the site does not
 *     say
 */
public record Static(String location, String path, String guard, String cache) {
  /** Returns these files with another time for browsers. */
  Static keptFor(String time) {
    return new Static(location, path, guard, time);
  }

  /**
   * Returns the parameters of nginx's location below another path.
   *
   * @param prefix the other path, without a slash at its end
   */
  String below(String prefix) {
    return prefix.isEmpty()
        ? location
        : location.startsWith("= ")
            ? "= " + prefix + location.substring(2)
            : location.startsWith("\"") ? "\"" + prefix + location.substring(1) : prefix + location;
  }

  /** Returns the same files at another location. */
  Static at(String other) {
    return new Static(other, path, guard, cache);
  }

  /** Reports whether this is a single file. */
  boolean isFile() {
    return location.startsWith("= ");
  }
}

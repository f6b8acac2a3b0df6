// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

/** The target of a symbolic link in a commit. */
final class LinkTarget {
  private LinkTarget() {}

  /**
   * Reports whether a link stays inside the tree. {@code ..} may only come first: in {@code
   * a/../..}, {@code a} may itself be a link, so its parent is unknown. As each link stays inside,
   * a chain of links does, too.
   *
   * @param to the target
   * @param depth the number of directories between the root of the tree and the link
   */
  static boolean staysInside(String to, int depth) {
    if (to.isEmpty() || to.startsWith("/") || to.chars().anyMatch(Character::isISOControl)) {
      return false;
    }
    int up = 0;
    boolean down = false;
    for (String part : to.split("/", -1)) {
      if (part.equals("..")) {
        up++;
        if (down) {
          return false;
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        down = true;
      }
    }
    return up <= depth;
  }
}

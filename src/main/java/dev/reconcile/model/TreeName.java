// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.List;

/**
 * The name of a source tree in its store: the revision, and a digest of what else determines the
 * content of the tree. Without anything else, the name is the revision.
 *
 * <p>Invariant: a revision contains no dot, so the name tells the revision.
 *
 * @param revision the commit's id, or a tree's for a folder of the repo
 * @param variant the digest; empty if the revision alone determines the content
 */
public record TreeName(String revision, String variant) {
  private static final int DIGITS = 12;

  /**
   * Returns the name of the tree of a revision.
   *
   * @param others what else determines the content; blank texts do not count
   */
  public static TreeName of(String revision, List<String> others) {
    String all = String.join("\n", others).strip();
    return new TreeName(revision, all.isEmpty() ? "" : Digest.of(all).hex().substring(0, DIGITS));
  }

  /** Parses the last name of a path. */
  public static TreeName ofPath(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    int dot = name.indexOf('.');
    return dot < 0
        ? new TreeName(name, "")
        : new TreeName(name.substring(0, dot), name.substring(dot + 1));
  }

  /** Returns the name as a text. */
  public String text() {
    return variant.isEmpty() ? revision : revision + "." + variant;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.requirements;

import java.util.List;

/** The meaning of one line of a requirements file. */
public sealed interface RequirementLine {
  /** Returns its first line in the file, from 1. */
  int first();

  /** Returns its last line in the file: a line may be continued. */
  int last();

  /**
   * A requirement to install.
   *
   * @param text a name with versions and markers, a path or a URL
   * @param hashed whether the line has hashes
   */
  record Requirement(int first, int last, String text, boolean hashed) implements RequirementLine {}

  /**
   * A project that pip installs in place.
   *
   * @param what a path or a URL
   */
  record Editable(int first, int last, String what) implements RequirementLine {}

  /**
   * Another requirements file.
   *
   * @param path the path as written: relative to this file
   * @param constraint whether the file only limits versions
   */
  record Include(int first, int last, String path, boolean constraint) implements RequirementLine {}

  /**
   * Options for all requirements.
   *
   * @param findLinks locations of archives: paths or URLs
   * @param requireHashes whether every requirement must have a hash
   */
  record Options(int first, int last, List<String> findLinks, boolean requireHashes)
      implements RequirementLine {
    public Options {
      findLinks = List.copyOf(findLinks);
    }
  }

  /**
   * A line that pip refuses.
   *
   * @param why the reason, a sentence
   */
  record Malformed(int first, int last, String why) implements RequirementLine {}
}

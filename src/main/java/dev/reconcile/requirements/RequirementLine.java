package dev.reconcile.requirements;

import java.util.List;

/** What one line of a requirements file says to pip. */
public sealed interface RequirementLine {
  /** Returns its first line in the file, from 1. */
  int first();

  /** Returns its last line in the file: a line may be continued. */
  int last();

  /**
   * Something to install.
   *
   * @param text a name with versions and markers, a path or an address
   * @param hashed whether the hashes that it may have are given
   */
  record Requirement(int first, int last, String text, boolean hashed) implements RequirementLine {}

  /**
   * A project that is to be used where it lies.
   *
   * @param what a path or an address
   */
  record Editable(int first, int last, String what) implements RequirementLine {}

  /**
   * Another requirements file.
   *
   * @param path as it is written: relative to this file
   * @param constraint whether it only limits versions
   */
  record Include(int first, int last, String path, boolean constraint) implements RequirementLine {}

  /**
   * Options for all requirements.
   *
   * @param findLinks places with archives: paths or addresses
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
   * @param why a sentence
   */
  record Malformed(int first, int last, String why) implements RequirementLine {}
}

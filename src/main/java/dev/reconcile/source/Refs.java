// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.util.Optional;
import java.util.SortedSet;

/** The branches and tags of a repository at one moment. */
interface Refs {
  /**
   * Returns the object id of a ref by its full name, such as {@code refs/heads/main}, or of HEAD.
   */
  Optional<String> id(String name) throws SourceException;

  /**
   * Returns the id that a tag finally points to, if the repository lists it; otherwise the caller
   * has to read the tag object.
   */
  Optional<String> peeled(String name) throws SourceException;

  /** Returns the full names of all refs except HEAD. */
  SortedSet<String> names() throws SourceException;
}

package dev.reconcile.source;

import java.util.Optional;
import java.util.SortedSet;

/** The branches and tags of a repository at one moment. */
interface Refs {
  /** Returns the object id that a full name, such as {@code refs/heads/main} or HEAD, stands at. */
  Optional<String> id(String name) throws SourceException;

  /**
   * Returns the id that a tag finally points to, if the repository tells; otherwise the tag object
   * itself has to be read.
   */
  Optional<String> peeled(String name) throws SourceException;

  /** Returns all full names but HEAD. */
  SortedSet<String> names() throws SourceException;
}

package dev.reconcile.source;

/** The objects that a tree's files are read from. */
interface Objects {
  /**
   * Returns an object, and keeps it at hand for the next run where that is possible.
   *
   * @throws SourceException TOO_LARGE, without loading it; CORRUPT
   */
  GitObject read(String id, long maxBytes) throws SourceException;

  /** Returns an object that the next run will hardly ask for again. */
  GitObject readOnce(String id, long maxBytes) throws SourceException;

  /** Returns a file's size without loading the file. */
  long size(String id) throws SourceException;
}

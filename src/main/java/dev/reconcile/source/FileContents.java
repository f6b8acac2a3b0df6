package dev.reconcile.source;

import java.io.IOException;
import java.io.OutputStream;

/** The objects that a tree's files are read from. */
interface FileContents {
  /** Where a content goes: opened anew, and empty, each time. */
  interface Target {
    OutputStream open() throws IOException;
  }

  /**
   * Returns an object, and keeps it at hand for the next run where that is possible.
   *
   * @throws SourceException TOO_LARGE, without loading it; CORRUPT
   */
  GitObject read(String id, long maxBytes) throws SourceException;

  /** Returns an object that the next run will hardly ask for again. */
  GitObject readOnce(String id, long maxBytes) throws SourceException;

  /**
   * Copies a file's content, of any size, without having all of it in memory where that is
   * possible.
   *
   * @throws SourceException TOO_LARGE where it is not; CORRUPT
   * @throws IOException if the target cannot be written
   */
  void copy(String id, Target to) throws SourceException, IOException;

  /** Returns a file's size without loading the file. */
  long size(String id) throws SourceException;
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.io.IOException;
import java.io.OutputStream;

/** The objects that a tree's files are read from. */
interface FileContents {
  /** A destination for a file's content. Each call opens it anew and empty. */
  interface Target {
    OutputStream open() throws IOException;
  }

  /**
   * Returns an object and, where possible, stores it for fast access by the next run.
   *
   * @throws SourceException TOO_LARGE, in which case the object was not loaded; CORRUPT
   */
  GitObject read(String id, long maxBytes) throws SourceException;

  /** Returns an object that the next run is unlikely to need again. */
  GitObject readOnce(String id, long maxBytes) throws SourceException;

  /**
   * Copies a file's content, of any size. Where possible, the content is not held in memory as a
   * whole.
   *
   * @throws SourceException TOO_LARGE where that is not possible and memory is short; CORRUPT
   * @throws IOException if the target cannot be written
   */
  void copy(String id, Target to) throws SourceException, IOException;

  /** Returns a file's size without loading the file. */
  long size(String id) throws SourceException;
}

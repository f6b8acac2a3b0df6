// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import dev.reconcile.source.SourceException.Reason;
import java.nio.file.Path;

/** The fetched contents of files that Git LFS stores. */
public interface LargeFiles {
  /** No contents: every lookup fails. */
  LargeFiles NONE =
      file -> {
        throw new SourceException(
            Reason.UNREACHABLE,
            "Missing Git LFS object",
            "The content of " + PrintableText.line(file.path()) + " was not fetched.");
      };

  /**
   * Returns a file on this machine that should hold the content. The content is verified when it is
   * copied.
   *
   * @throws SourceException UNREACHABLE if the content was not fetched
   */
  Path of(LfsFile file) throws SourceException;
}

package dev.reconcile.source;

import dev.reconcile.source.SourceException.Reason;
import java.nio.file.Path;

/** Where the contents of files that Git LFS keeps have been put. */
public interface LargeFiles {
  /** There are none. */
  LargeFiles NONE =
      file -> {
        throw new SourceException(
            Reason.UNREACHABLE,
            "A Git LFS object is missing",
            "The content of " + PrintableText.line(file.path()) + " was not fetched.");
      };

  /**
   * A file on this disk that should have the content; whether it has is seen when it is copied.
   *
   * @throws SourceException UNREACHABLE if there is none
   */
  Path of(LfsFile file) throws SourceException;
}

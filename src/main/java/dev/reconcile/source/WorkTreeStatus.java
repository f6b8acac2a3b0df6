// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.io.File;
import java.io.IOException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.IndexDiff;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.submodule.SubmoduleWalk.IgnoreSubmoduleMode;
import org.eclipse.jgit.treewalk.AbstractTreeIterator;
import org.eclipse.jgit.treewalk.FileTreeIterator;
import org.jspecify.annotations.Nullable;

/** The comparison of a working copy with its index and its last commit. */
final class WorkTreeStatus {
  private WorkTreeStatus() {}

  /** Tells whether anything differs; ignored files do not count. */
  static boolean isDirty(Repository jgit) throws SourceException {
    try {
      IndexDiff diff = new IndexDiff(jgit, Constants.HEAD, new Unfiltered(jgit));
      diff.setIgnoreSubmoduleMode(IgnoreSubmoduleMode.ALL);
      return diff.diff();
    } catch (IOException e) {
      throw SourceException.storage("Unreadable working copy", jgit.getDirectory(), e);
    }
  }

  /**
   * An iterator that runs no filters, because they are programs that the repository's configuration
   * names.
   */
  private static final class Unfiltered extends FileTreeIterator {
    Unfiltered(Repository jgit) {
      super(jgit);
    }

    private Unfiltered(Unfiltered parent, File folder) {
      super(parent, folder, parent.fs, parent.fileModeStrategy);
    }

    @Override
    protected AbstractTreeIterator enterSubtree() {
      return new Unfiltered(this, getEntryFile());
    }

    @Override
    public @Nullable String getCleanFilterCommand() {
      return null;
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.dircache.DirCacheIterator;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.PathFilter;

/**
 * The files of the last commit that are changed or deleted in a working copy. Only content counts;
 * times, modes and line ends do not, and neither do the times in the index.
 *
 * <p>Invariant: nothing is written, and no filter program of the repository is run.
 */
final class LocalChanges {
  /** The id of a content that could not be determined; no commit has it. */
  private static final String UNKNOWN = ObjectId.zeroId().name();

  private final Repository jgit;
  private final WorkTreeContent files;
  private final DirCache index;
  private final Map<String, Set<String>> found = new HashMap<>();

  private LocalChanges(Repository jgit, Path root, DirCache index, boolean isOnDisk) {
    this.jgit = jgit;
    this.index = index;
    this.files = new WorkTreeContent(jgit, root, isOnDisk ? index : DirCache.newInCore());
  }

  /**
   * Compares a working copy with its last commit.
   *
   * @param jgit the repository
   * @param root the root of the working copy
   * @param below the folder in it that is compared, with a slash at its end; empty for all
   * @return the path of each file to the ids of its other contents, in the working copy and in the
   *     index; a deleted file has no ids
   */
  static Map<String, Set<String>> of(Repository jgit, Path root, String below) throws IOException {
    ObjectId tree = jgit.resolve(Constants.HEAD + "^{tree}");
    if (tree == null) {
      return Map.of();
    }
    DirCache index = DirCache.read(jgit);
    boolean isCheckedOut = index.getEntryCount() > 0;
    LocalChanges changes = new LocalChanges(jgit, root, index, isCheckedOut);
    changes.compare(tree, below, isCheckedOut);
    return changes.found;
  }

  private void compare(ObjectId tree, String below, boolean isCheckedOut) throws IOException {
    try (TreeWalk walk = new TreeWalk(jgit)) {
      walk.addTree(tree);
      walk.addTree(new DirCacheIterator(index));
      walk.setAttributesNodeProvider(jgit.createAttributesNodeProvider());
      walk.setRecursive(true);
      if (!below.isEmpty()) {
        walk.setFilter(PathFilter.create(below.substring(0, below.length() - 1)));
      }
      while (walk.next()) {
        FileMode mode = walk.getFileMode(0);
        if (mode.getObjectType() == Constants.OBJ_BLOB) {
          compare(walk, walk.getPathString(), isCheckedOut);
        }
      }
    }
  }

  private void compare(TreeWalk walk, String path, boolean isCheckedOut) throws IOException {
    ObjectId committed = walk.getObjectId(0);
    DirCacheEntry entry = index.getEntry(path);
    boolean isStaged =
        entry != null && entry.getStage() == 0 && !entry.getObjectId().equals(committed);
    Set<String> contents = new TreeSet<>();
    if (isStaged && !entry.isIntentToAdd()) {
      contents.add(entry.getObjectId().name());
    }
    switch (files.compare(path, committed, walk)) {
      case WorkTreeContent.Same same -> {}
      case WorkTreeContent.Other other -> contents.add(other.id().orElse(UNKNOWN));
      case WorkTreeContent.Missing missing -> {
        boolean isLeftOut = entry != null && (entry.isSkipWorkTree() || entry.isAssumeValid());
        boolean isMeant = isLeftOut || !isCheckedOut;
        if (!isMeant && contents.isEmpty()) {
          found.put(path, Set.of());
        }
      }
    }
    if (!contents.isEmpty()) {
      found.put(path, Set.copyOf(contents));
    }
  }
}

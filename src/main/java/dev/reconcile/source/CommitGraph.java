// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.io.IOException;
import java.util.Optional;
import org.eclipse.jgit.errors.AmbiguousObjectException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/** Queries on the ancestry of commits, answered by JGit. */
final class CommitGraph {
  private CommitGraph() {}

  /**
   * Tells whether a commit is, or descends from, another; false when either is not in the store.
   */
  static boolean descends(Store store, String commit, String ancestor) throws SourceException {
    try (RevWalk walk = new RevWalk(store.jgit())) {
      RevCommit from = walk.parseCommit(ObjectId.fromString(ancestor));
      return walk.isMergedInto(from, walk.parseCommit(ObjectId.fromString(commit)));
    } catch (MissingObjectException | IncorrectObjectTypeException e) {
      return false;
    } catch (IOException e) {
      throw SourceException.corrupt(PrintableText.line(e.toString()));
    }
  }

  /**
   * Tells whether a pinned commit is, or descends from, a commit: then the commit and all objects
   * that it refers to are here.
   */
  static boolean isComplete(Cache cache, String commit) throws SourceException {
    for (String pin : cache.pins()) {
      if (pin.equals(commit) || descends(cache.store(), pin, commit)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the full id of the commit whose id has a prefix.
   *
   * @throws SourceException NOT_FOUND when the prefix is ambiguous
   */
  static Optional<String> find(Store store, String prefix) throws SourceException {
    Repository jgit = store.jgit();
    try {
      ObjectId id = jgit.resolve(prefix + "^{commit}");
      return Optional.ofNullable(id).map(ObjectId::name);
    } catch (AmbiguousObjectException e) {
      throw new SourceException(
          SourceException.Reason.NOT_FOUND,
          "Ambiguous commit id",
          "Several objects begin with " + prefix + ". Write more digits of it.");
    } catch (MissingObjectException | IncorrectObjectTypeException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw SourceException.corrupt(PrintableText.line(e.toString()));
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.desired.FileTree;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.source.Blob;
import dev.reconcile.source.Entry;
import dev.reconcile.source.LfsPointer;
import dev.reconcile.source.SourceException;
import dev.reconcile.source.Tree;
import java.util.List;
import java.util.Optional;

/**
 * A desired-state tree inside a commit. It is read without a checkout.
 *
 * @param tree the commit's files
 * @param base the folder that holds the desired state, empty for the root
 */
record CommitFileTree(Tree tree, String base) implements FileTree {
  private String path(String path) {
    if (base.isEmpty() || path.isEmpty()) {
      return base + path;
    }
    return base + "/" + path;
  }

  @Override
  public Optional<byte[]> read(String path, int limit) throws Unreadable {
    try {
      Optional<Blob> file = tree.file(path(path));
      if (file.isEmpty()) {
        return Optional.empty();
      }
      byte[] bytes = tree.read(file.get(), limit);
      if (LfsPointer.isMeant(bytes)) {
        throw new Unreadable(
            """
            %s is in Git LFS, and the commit has a pointer only. A desired state must be \
            whole. Take the file out of LFS and commit it again.
              git lfs untrack %s\
            """
                .formatted(path, Diagnostic.quoted(path)));
      }
      return Optional.of(bytes);
    } catch (SourceException e) {
      throw new Unreadable(e.getMessage() + ". " + e.detail());
    }
  }

  @Override
  public List<String> list(String folder) {
    try {
      return tree.list(path(folder)).stream()
          .filter(entry -> entry.type() != Entry.Type.FOLDER)
          .map(Entry::name)
          .toList();
    } catch (SourceException e) {
      return List.of(); // a link or a submodule in place of the folder has no files of the tree
    }
  }

  @Override
  public boolean hasFolder(String folder) {
    try {
      return tree.exists(path(folder));
    } catch (SourceException e) {
      return false;
    }
  }
}

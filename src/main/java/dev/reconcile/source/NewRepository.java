// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.nio.file.Path;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;

/** The creation of a git repository from a folder. */
public final class NewRepository {
  private NewRepository() {}

  /**
   * Commits all files of a folder to the branch main; creates the repository if it does not exist.
   *
   * @param folder the work tree
   * @throws SourceException STORAGE if the repository cannot be written
   */
  public static void commit(Path folder) throws SourceException {
    try (Git git = Git.init().setDirectory(folder.toFile()).setInitialBranch("main").call()) {
      git.add().addFilepattern(".").call();
      git.commit()
          .setMessage("desired state")
          .setSign(false)
          .setAuthor("reconcile", "reconcile@localhost")
          .setCommitter("reconcile", "reconcile@localhost")
          .call();
    } catch (GitAPIException e) {
      throw new SourceException(
          SourceException.Reason.STORAGE,
          "Cannot commit the files",
          folder + ": " + e.getMessage());
    }
  }
}

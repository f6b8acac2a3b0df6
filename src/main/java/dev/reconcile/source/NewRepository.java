package dev.reconcile.source;

import java.nio.file.Path;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;

/** A git repository made of a folder. */
public final class NewRepository {
  private NewRepository() {}

  /**
   * Commits all files of a folder to its branch main, whose repository is made if there is none.
   *
   * @param folder the work tree
   * @throws SourceException STORAGE if it cannot be written
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
          "Cannot commit the files in " + folder,
          String.valueOf(e.getMessage()));
    }
  }
}

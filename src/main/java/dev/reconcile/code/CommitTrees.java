// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.code;

import dev.reconcile.apply.StepException;
import dev.reconcile.apply.TreeExporter;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.HostFailure;
import dev.reconcile.model.Step.TreeRef;
import dev.reconcile.source.Blob;
import dev.reconcile.source.Commit;
import dev.reconcile.source.Entry;
import dev.reconcile.source.LfsFile;
import dev.reconcile.source.RepoUrl;
import dev.reconcile.source.Repository;
import dev.reconcile.source.SourceException;
import dev.reconcile.source.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The trees of the commits that a run has resolved, which it writes to the directories that apps
 * run from.
 */
public final class CommitTrees implements TreeExporter {
  /** The largest data file that a commit may seed, in bytes: it is read into memory. */
  private static final int MOST_OF_FILE = 64 << 20;

  private final Host host;
  private final String repo;
  private final Map<String, Found> trees = new HashMap<>();

  private record Found(Repository repository, Tree files) {}

  /**
   * @param host the host
   * @param repo the address of the desired-state repo, which a {@link TreeRef} leaves empty
   */
  public CommitTrees(Host host, String repo) {
    this.host = host;
    this.repo = repo;
  }

  /**
   * Adds a resolved commit.
   *
   * @param address the address of its repository; empty for the desired-state repo
   * @param repository the repository
   * @param commit the commit
   * @param files the commit's files
   */
  public void add(String address, Repository repository, Commit commit, Tree files) {
    trees.put(address + "/" + commit.id(), new Found(repository, files));
  }

  /**
   * Returns the size in bytes of a file that a tree has, or will have once Git LFS has fetched it;
   * 0 for a link.
   *
   * @param ref the tree
   * @param path the path below the tree's folder
   * @return empty if the tree has neither file nor link there, or is not known
   */
  public synchronized Optional<Long> size(TreeRef ref, String path) {
    Found found = trees.get(ref.repository() + "/" + ref.commit());
    if (found == null) {
      return Optional.empty();
    }
    try {
      String whole = whole(ref, path);
      Optional<Entry> entry = found.files().entry(whole);
      Entry.Type type = entry.map(Entry::type).orElse(Entry.Type.FOLDER);
      return switch (type) {
        case FILE, EXECUTABLE -> Optional.of(found.files().contentSize(whole));
        case SYMLINK -> Optional.of(0L);
        case FOLDER, SUBMODULE -> Optional.empty();
      };
    } catch (SourceException e) {
      return Optional.empty(); // a path that cannot be read does not count as known to git
    }
  }

  /**
   * Returns whether a tree is known to have a content at a path.
   *
   * @param path from the tree's folder
   * @param content git's id of the content
   */
  public synchronized boolean has(TreeRef ref, String path, String content) {
    Found found = trees.get(ref.repository() + "/" + ref.commit());
    try {
      return found != null
          && found.files().entry(whole(ref, path)).stream().anyMatch(e -> e.id().equals(content));
    } catch (SourceException e) {
      return false;
    }
  }

  private static String whole(TreeRef ref, String path) {
    return ref.folder().isEmpty() ? path : ref.folder() + "/" + path;
  }

  /**
   * Returns whether the repository of a tree is known to have a commit in the tree's history.
   *
   * @param ref the tree
   * @param commit the commit's id
   */
  public synchronized boolean hasInHistory(TreeRef ref, String commit) {
    Found found = trees.get(ref.repository() + "/" + ref.commit());
    try {
      return ref.commit().equals(commit)
          || (found != null && found.repository().descends(ref.commit(), commit));
    } catch (SourceException | IllegalArgumentException e) {
      return false; // a history that cannot be read does not count as known
    }
  }

  @Override
  public void export(TreeRef ref, Path directory) throws HostException, StepException {
    Found found = trees.get(ref.repository() + "/" + ref.commit());
    Path store = directory.toAbsolutePath().getParent();
    if (found == null || store == null) {
      throw new HostException(
          HostFailure.MISSING_SOURCE,
          "The commit " + ref.commit() + " was not looked up in this run");
    }
    Tree files = found.files();
    String app = String.valueOf(store.getFileName());
    if (isFile(found.files(), ref.folder())) {
      writeFile(found.files(), ref.folder(), directory);
      return;
    }
    try (LfsObjects objects = new LfsObjects(host, app, ref.commit())) {
      List<LfsFile> large = large(files, ref);
      if (!large.isEmpty()) {
        // The lock is not held: a fetch can take long, and other apps do not wait for it.
        RepoUrl url = RepoUrl.parse(ref.repository().isEmpty() ? repo : ref.repository());
        Repository repository = found.repository();
        objects.fetch(
            large, new LfsStore(host, app, ref.folder()), () -> LfsServer.access(url, repository));
      }
      write(files, ref, directory, objects);
    } catch (SourceException e) {
      if (e.reason() == SourceException.Reason.STORAGE) {
        throw new HostException(e.getMessage() + ". " + e.detail(), e);
      }
      throw new StepException(e.message(), e.detail());
    }
  }

  private synchronized boolean isFile(Tree files, String path) throws HostException {
    try {
      return !path.isEmpty() && files.treeId(path).isEmpty() && files.file(path).isPresent();
    } catch (SourceException e) {
      throw new HostException(e.getMessage() + ". " + e.detail(), e);
    }
  }

  private synchronized void writeFile(Tree files, String path, Path directory)
      throws HostException, StepException {
    try {
      Optional<Blob> file = files.file(path);
      byte[] content = files.read(file.orElseThrow(), MOST_OF_FILE);
      Path place = directory.resolve(path.substring(path.lastIndexOf('/') + 1));
      Files.write(place, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.SYNC);
    } catch (SourceException e) {
      throw new StepException(e.message(), e.detail());
    } catch (IOException e) {
      throw new HostException("Cannot write a file of a commit: " + e.getMessage(), e);
    }
  }

  // A repository belongs to one thread at a time, while apps are deployed in parallel.
  private synchronized List<LfsFile> large(Tree files, TreeRef ref) throws SourceException {
    return files.survey(ref.folder()).large();
  }

  private synchronized void write(Tree files, TreeRef ref, Path directory, LfsObjects objects)
      throws SourceException {
    files.export(ref.folder(), directory, objects);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.util.FS;

/**
 * The files that git tracks in a working copy, read from its index only. An unreadable index counts
 * as empty.
 */
public final class WorkTreeFiles {
  private static final long MOST_BYTES = 256L << 20;

  private final Set<String> files;

  private WorkTreeFiles(Set<String> files) {
    this.files = files;
  }

  /**
   * Returns the tracked files of a folder, which may be a subfolder of a repository; none if it is
   * in no repository.
   */
  public static WorkTreeFiles of(Path folder) {
    String prefix = "";
    for (Path place = folder; place != null; place = place.getParent()) {
      if (Files.exists(place.resolve(".git"), LinkOption.NOFOLLOW_LINKS)) {
        return new WorkTreeFiles(index(place, prefix));
      }
      prefix = place.getFileName() + "/" + prefix;
    }
    return new WorkTreeFiles(Set.of());
  }

  private static Set<String> index(Path workTree, String prefix) {
    try {
      Path index = GitDirectory.at(workTree).own().resolve("index");
      if (!Files.isRegularFile(index, LinkOption.NOFOLLOW_LINKS)
          || Files.size(index) > MOST_BYTES) {
        return Set.of();
      }
      IsolatedSystemReader.install();
      DirCache cache = DirCache.read(index.toFile(), FS.DETECTED);
      Set<String> files = new HashSet<>();
      for (int i = 0; i < cache.getEntryCount(); i++) {
        String path = cache.getEntry(i).getPathString();
        if (path.startsWith(prefix)) {
          files.add(path.substring(prefix.length()));
        }
      }
      return files;
    } catch (SourceException | IOException e) {
      Log.debug("no index of {}: {}", workTree, e.toString());
      return Set.of();
    }
  }

  /**
   * Returns the root of a folder's repository, which holds {@code .git}: the folder or one above
   * it.
   */
  public static Optional<Path> root(Path folder) {
    for (Path place = folder; place != null; place = place.getParent()) {
      if (Files.exists(place.resolve(".git"), LinkOption.NOFOLLOW_LINKS)) {
        return Optional.of(place);
      }
    }
    return Optional.empty();
  }

  /** Tells whether git tracks the file, changed or not. */
  public boolean has(String path) {
    return files.contains(path);
  }
}

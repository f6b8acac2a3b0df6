package dev.reconcile.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.util.FS;

/**
 * The files that git tracks in a working copy, read from its index only. An unreadable index counts
 * as empty.
 */
public final class WorkTreeFiles {
  private static final long MOST_BYTES = 256L << 20;

  private final Map<String, Tracked> files;

  /**
   * The state of a tracked file that the index records.
   *
   * @param size in bytes
   * @param modified time of the last change, in seconds since 1970
   */
  private record Tracked(long size, long modified) {}

  private WorkTreeFiles(Map<String, Tracked> files) {
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
    return new WorkTreeFiles(Map.of());
  }

  private static Map<String, Tracked> index(Path workTree, String prefix) {
    try {
      Path index = GitDirectory.at(workTree).own().resolve("index");
      if (!Files.isRegularFile(index, LinkOption.NOFOLLOW_LINKS)
          || Files.size(index) > MOST_BYTES) {
        return Map.of();
      }
      IsolatedSystemReader.install();
      DirCache cache = DirCache.read(index.toFile(), FS.DETECTED);
      Map<String, Tracked> files = new HashMap<>();
      for (int i = 0; i < cache.getEntryCount(); i++) {
        DirCacheEntry entry = cache.getEntry(i);
        String path = entry.getPathString();
        if (path.startsWith(prefix)) {
          files.put(
              path.substring(prefix.length()),
              new Tracked(
                  Integer.toUnsignedLong(entry.getLength()),
                  entry.getLastModifiedInstant().getEpochSecond()));
        }
      }
      return files;
    } catch (SourceException | IOException e) {
      Log.debug("no index of {}: {}", workTree, e.toString());
      return Map.of();
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
    return files.containsKey(path);
  }

  /**
   * Tells whether a file's size and time match the index; empty if git does not track it.
   *
   * @param size in bytes
   * @param modified seconds since 1970
   */
  public Optional<Boolean> isUnchanged(String path, long size, long modified) {
    return Optional.ofNullable(files.get(path))
        .map(tracked -> tracked.equals(new Tracked(size, modified)));
  }
}

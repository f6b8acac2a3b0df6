package dev.reconcile.host;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Questions about what a run would change, and about nothing else: what is seen here is not noted,
 * so a later run is not told if it has become different.
 */
public final class FolderFacts {
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(10);

  private final HostPaths paths;

  FolderFacts(HostPaths paths) {
    this.paths = paths;
  }

  /** What keeps anything from being made at a path; empty if nothing does. */
  public Optional<PathBlocker> obstacle(String path) throws HostException {
    return PathBlocker.to(paths.locate(path));
  }

  /**
   * Looks through a folder, of which no file is opened.
   *
   * @param folder a directory, no link to one
   * @param most how many things are looked at
   * @return whether all of it was seen
   */
  public boolean lookThrough(String folder, int most, FolderLook.Visitor visitor)
      throws HostException {
    return FolderLook.through(paths.locate(folder), most, LONGEST_LOOK, visitor);
  }

  /**
   * The files below a folder that some process has open to write to, by their paths from it; none
   * under a root directory.
   */
  public Set<String> openBelow(String folder) throws HostException {
    return paths.isWholeMachine() ? OpenFiles.below(paths.locate(folder)) : Set.of();
  }

  /** Whether a user is root, or the one to whom the root directory belongs. */
  public boolean isOurs(int uid) {
    return paths.isOurs(uid);
  }

  /**
   * Files and folders below a folder that neither root nor the caller owns, folders without what
   * they hold.
   *
   * @param most how many things are looked at
   */
  public List<FolderLook.Item> ofOthers(String folder, int most) throws HostException {
    List<FolderLook.Item> found = new ArrayList<>();
    lookThrough(
        folder,
        most,
        item -> {
          boolean foreign = !isOurs(item.stat().uid());
          if (foreign) {
            found.add(item);
          }
          return !foreign;
        });
    return found;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.code.CommitTrees;
import dev.reconcile.host.FolderLook;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Step.TreeRef;
import dev.reconcile.source.LocalWork;
import dev.reconcile.source.SourceException;
import dev.reconcile.source.WorkTreeFiles;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The facts that git has about a folder that is taken over. They come from the revision that
 * replaces it, and from the repositories that the folder contains or lies in.
 *
 * <p>Invariant: files in a repository that is moved away with the folder are safe only if each of
 * its commits also exists elsewhere.
 */
final class FolderGit implements DataRule.Git {
  private final Path place;
  private final CommitTrees trees;
  private final Optional<TreeRef> revision;
  private final Map<String, Tracking> tracked = new HashMap<>();

  /**
   * A repository.
   *
   * @param index the files that it tracks
   * @param work its uncommitted and unpushed work; empty if the repository cannot be read
   * @param inRepository the path of the folder in it, with a slash at its end unless it is empty
   * @param isMoved whether the repository is moved away with the folder
   * @param isSafe whether its tracked files also exist elsewhere
   */
  private record Tracking(
      WorkTreeFiles index,
      Optional<LocalWork> work,
      String inRepository,
      boolean isMoved,
      boolean isSafe) {
    Set<String> staged() {
      return work.map(LocalWork::staged).orElse(Set.of());
    }

    Map<String, Set<String>> changes() {
      return work.map(LocalWork::changes).orElse(Map.of());
    }
  }

  /**
   * @param place the folder
   * @param trees the trees of the desired state
   * @param revision the tree that replaces the folder, if there is one
   */
  FolderGit(Path place, CommitTrees trees, Optional<TreeRef> revision) {
    this.place = place;
    this.trees = trees;
    this.revision = revision;
  }

  @Override
  public Optional<String> enter(String folder) {
    Path here = place.resolve(folder);
    boolean isRoot = Files.exists(here.resolve(".git"), LinkOption.NOFOLLOW_LINKS);
    Optional<Path> root =
        isRoot ? Optional.of(here) : folder.isEmpty() ? WorkTreeFiles.root(here) : Optional.empty();
    return root.isEmpty() ? Optional.empty() : enter(folder, here, root.get());
  }

  private Optional<String> enter(String folder, Path here, Path root) {
    WorkTreeFiles index = WorkTreeFiles.of(here);
    String inside = here.equals(root) ? "" : root.relativize(here) + "/";
    try {
      boolean isMoved = here.equals(root) && LocalWork.isKeptBelow(root, place);
      LocalWork work = LocalWork.of(root, inside, this::isElsewhere);
      boolean isSource = !folder.isEmpty() || bringsOneOf(work.remotes());
      boolean isSafe = !isMoved || (work.commits().isEmpty() && isSource);
      tracked.put(folder, new Tracking(index, Optional.of(work), inside, isMoved, isSafe));
      return isMoved && !work.commits().isEmpty()
          ? Optional.of("commits that no remote has: " + String.join(", ", work.commits()))
          : Optional.empty();
    } catch (SourceException e) {
      tracked.put(folder, new Tracking(index, Optional.empty(), inside, true, false));
      return Optional.of("a git repository that cannot be read");
    }
  }

  private boolean isElsewhere(String commit) {
    return revision
        .filter(ref -> !isHere(ref.repository()))
        .filter(ref -> trees.hasInHistory(ref, commit))
        .isPresent();
  }

  // A source inside the folder is moved away with it.
  private boolean isHere(String repository) {
    Path path = Path.of(repository.replaceFirst("^file://", "").replace("\0", ""));
    return path.isAbsolute() && path.normalize().startsWith(place);
  }

  private boolean bringsOneOf(Set<String> remotes) {
    Optional<String> source = revision.map(TreeRef::repository).filter(url -> !url.isEmpty());
    return source.isPresent()
        && remotes.stream().anyMatch(remote -> plain(remote).equals(plain(source.get())));
  }

  // The addresses of a repository by ssh and by https become equal.
  private static String plain(String url) {
    return url.replaceFirst("^[a-z+]+://", "")
        .replaceFirst("^[^@/]*@", "")
        .replaceFirst("^([^/:]+):(?:[0-9]+/)?/?", "$1/")
        .replaceFirst("/*(\\.git)?/*$", "");
  }

  @Override
  public boolean brings(String path) {
    return size(path).isPresent();
  }

  @Override
  public boolean tracks(String path) {
    return nearest(path)
        .filter(at -> at.repository().index().has(at.path()))
        .filter(
            at -> !at.repository().staged().contains(at.repository().inRepository() + at.path()))
        .isPresent();
  }

  @Override
  public boolean isUntracked(String path) {
    return nearest(path).filter(at -> at.repository().isMoved()).isPresent() && !tracks(path);
  }

  @Override
  public boolean isSafe(FolderLook.Item file) {
    boolean isSafe = nearest(file.path()).filter(at -> at.repository().isSafe()).isPresent();
    return isSafe && tracks(file.path()) && isUnchanged(file);
  }

  @Override
  public boolean isAsCommitted(FolderLook.Item file, boolean bySize) {
    boolean link = file.stat().type() == Stat.Type.LINK;
    boolean same =
        bySize && size(file.path()).stream().anyMatch(s -> link || s == file.stat().size());
    return same || (tracks(file.path()) && isUnchanged(file));
  }

  private boolean isUnchanged(FolderLook.Item file) {
    return nearest(file.path())
        .filter(at -> at.repository().work().isPresent())
        .filter(at ->
            !at.repository().changes().containsKey(at.repository().inRepository() + at.path()))
        .isPresent();
  }

  @Override
  public SortedMap<String, String> changes(String folder) {
    SortedMap<String, String> found = new TreeMap<>();
    Tracking tracking = tracked.get(folder);
    if (tracking != null) {
      String prefix = folder.isEmpty() ? "" : folder + "/";
      tracking
          .changes()
          .forEach((path, contents) -> {
            String here = prefix + path.substring(tracking.inRepository().length());
            if (contents.isEmpty() && brings(here)) {
              found.put(here, "deleted here, and in the last commit");
            } else if (!contents.stream().allMatch(content -> has(here, content))) {
              found.put(here, "changed here, and not committed");
            }
          });
    }
    return found;
  }

  private boolean has(String path, String content) {
    return revision.filter(ref -> trees.has(ref, path, content)).isPresent();
  }

  private Optional<Long> size(String path) {
    return revision.flatMap(ref -> trees.size(ref, path));
  }

  /** A path, relative to the innermost repository that contains it. */
  private record At(Tracking repository, String path) {}

  private Optional<At> nearest(String path) {
    for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      Tracking inner = tracked.get(path.substring(0, slash));
      if (inner != null) {
        return Optional.of(new At(inner, path.substring(slash + 1)));
      }
    }
    return Optional.ofNullable(tracked.get("")).map(outer -> new At(outer, path));
  }
}

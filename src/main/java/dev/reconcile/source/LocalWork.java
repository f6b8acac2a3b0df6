// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheIterator;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.ReflogEntry;
import org.eclipse.jgit.lib.ReflogReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/**
 * The work in a git repository on this machine that none of its remotes is known to have. No remote
 * is contacted: the remote-tracking refs decide.
 *
 * <p>Invariant: the repository is not written to, and no program that its configuration names is
 * run.
 *
 * @param commits the newest commits of branches, HEAD, the stash and of tags on commits that were
 *     made here, that are on no remote, each as its short id and subject; at most {@link
 *     #MOST_TOLD}
 * @param staged paths of files whose content in the index differs from the last commit
 * @param changes paths whose content in the work tree or the index differs from the last commit, to
 *     the ids of the contents there; to none for a deleted file
 * @param remotes addresses of the repository's remotes
 */
public record LocalWork(
    List<String> commits,
    Set<String> staged,
    Map<String, Set<String>> changes,
    Set<String> remotes) {
  private static final int MOST_TOLD = 3;
  private static final int SHORT_ID = 10;
  private static final int LONGEST_SUBJECT = 60;
  // how git begins the line in a log when it makes a commit, and does not go to one
  private static final Pattern MADE_HERE =
      Pattern.compile(
          """
          commit\\b|cherry-pick\\b|revert\\b|am\\b|(pull )?.*rebase.*\\((?!start|finish|abort)\
          |(merge|pull)\\b.*: Merge made by\
          """);

  public LocalWork {
    commits = List.copyOf(commits);
    staged = Set.copyOf(staged);
    changes = Map.copyOf(changes);
    remotes = Set.copyOf(remotes);
  }

  /**
   * Examines a repository.
   *
   * @param root its directory, with {@code .git} in it
   * @param below the folder whose changes count, with a slash at its end; "" for all
   * @param elsewhere tells whether a commit, by its id, is known to be kept elsewhere
   * @throws SourceException if the repository cannot be read
   */
  public static LocalWork of(Path root, String below, Predicate<String> elsewhere)
      throws SourceException {
    IsolatedSystemReader.install();
    try (Store store = new Store(GitDirectory.at(root), List.of())) {
      Repository jgit = store.jgit();
      Set<String> remotes =
          jgit.getConfig().getSubsections("remote").stream()
              .map(name -> jgit.getConfig().getString("remote", name, "url"))
              .filter(url -> url != null)
              .collect(Collectors.toSet());
      return new LocalWork(
          commits(jgit, elsewhere), staged(jgit), LocalChanges.of(jgit, root, below), remotes);
    } catch (IOException | RuntimeException e) {
      throw SourceException.corrupt(PrintableText.line(e.toString()));
    }
  }

  /**
   * Tells whether a repository's commits are below a folder, and not in a main repository
   * elsewhere.
   */
  public static boolean isKeptBelow(Path root, Path folder) throws SourceException {
    return GitDirectory.at(root).common().startsWith(folder);
  }

  private static List<String> commits(Repository jgit, Predicate<String> elsewhere)
      throws IOException {
    List<String> found = new ArrayList<>();
    try (RevWalk walk = new RevWalk(jgit)) {
      Set<ObjectId> tips = new HashSet<>();
      Set<ObjectId> made = madeHere(jgit);
      for (Ref ref : jgit.getRefDatabase().getRefs()) {
        ObjectId id = ref.getObjectId();
        if (id != null && ref.getName().startsWith(Constants.R_REMOTES)) {
          walk.markUninteresting(walk.parseCommit(id));
        } else if (id != null && isLocal(ref.getName())) {
          tips.add(id);
        } else if (id != null && walk.peel(walk.parseAny(id)) instanceof RevCommit commit) {
          tips.addAll(made.contains(commit) ? Set.of(commit.copy()) : Set.of());
        }
      }
      ObjectId head = jgit.resolve(Constants.HEAD);
      if (head != null) {
        tips.add(head);
      }
      for (ObjectId tip : tips) {
        RevCommit commit = walk.parseCommit(tip);
        if (elsewhere.test(tip.name())) {
          walk.markUninteresting(commit);
        } else {
          walk.markStart(commit);
        }
      }
      for (RevCommit commit = walk.next(); commit != null; commit = walk.next()) {
        if (found.size() == MOST_TOLD) {
          break;
        }
        found.add(line(commit));
      }
    }
    return found;
  }

  // a tag does not tell whether it was made here or fetched, but the log of HEAD does so of commits
  private static Set<ObjectId> madeHere(Repository jgit) throws IOException {
    Set<ObjectId> made = new HashSet<>();
    ReflogReader log = jgit.getRefDatabase().getReflogReader(Constants.HEAD);
    if (log != null) {
      for (ReflogEntry entry : log.getReverseEntries()) {
        if (MADE_HERE.matcher(entry.getComment()).lookingAt()) {
          made.add(entry.getNewId());
        }
      }
    }
    return made;
  }

  private static boolean isLocal(String ref) {
    return ref.startsWith(Constants.R_HEADS) || ref.equals(Constants.R_STASH);
  }

  private static String line(RevCommit commit) {
    String subject = PrintableText.line(commit.getShortMessage());
    String shown =
        subject.length() > LONGEST_SUBJECT ? subject.substring(0, LONGEST_SUBJECT) + "…" : subject;
    return commit.name().substring(0, SHORT_ID) + " " + shown;
  }

  private static Set<String> staged(Repository jgit) throws IOException {
    Set<String> paths = new HashSet<>();
    ObjectId tree = jgit.resolve(Constants.HEAD + "^{tree}");
    try (TreeWalk walk = new TreeWalk(jgit)) {
      if (tree == null) {
        walk.addTree(new EmptyTreeIterator());
      } else {
        walk.addTree(tree);
      }
      walk.addTree(new DirCacheIterator(DirCache.read(jgit)));
      walk.setRecursive(true);
      walk.setFilter(TreeFilter.ANY_DIFF);
      while (walk.next()) {
        if (walk.getRawMode(1) != 0) {
          paths.add(walk.getPathString());
        }
      }
    }
    return paths;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.host.FolderLook;
import dev.reconcile.host.Stat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/**
 * What counts as data in a folder that was made by hand, by {@link #WORDS}. What tools make again
 * by themselves (byte code, virtualenvs, caches, logs, sockets) is none. Neither owner nor time
 * make a file harmless: many apps run as root and write on the day on which they were installed.
 */
final class DataRule implements FolderLook.Visitor {
  /** The rule as a person is told of it. */
  static final String WORDS =
      "What counts: a file that the new revision does not have and that is not plainly code; code that"
          + " does not belong to root, is open to be written or is a day younger than the rest; a file"
          + " of data that is not as the new revision has it; in a git tree, each untracked file, each"
          + " file that is not as its last commit has it, and each commit that no remote has.";

  private static final long DAY = 24 * 60 * 60;
  private static final int MOST_CANDIDATES = 10_000;

  private static final Pattern IN_LOGS = Pattern.compile("(.*/)?logs?/.*");
  private static final Set<String> DATA_FOLDERS =
      Set.of(
          "instance", "media", "upload", "uploads", "var", "data", "storage", "backup", "backups");
  // what a program writes to in place: of the same size it may hold something else
  private static final Pattern DATABASE =
      Pattern.compile("(?i).*\\.(sqlite.*|s3db|db[0-9]?(-(wal|shm|journal))?|rdb|aof|mdb)");
  private static final Pattern DUMP_OR_SETTINGS =
      Pattern.compile(
          "(?i).*\\.(dump|sql)(\\.(gz|xz|bz2))?|\\.env(\\..*)?|.*\\.(env|pem|key|p12|pfx)|"
              + "(local_settings|settings_local)\\.py|\\.?secrets?(\\..*)?|credentials(\\..*)?");

  // what programs keep records in, beside what people write
  private static final Pattern RECORDS =
      Pattern.compile(
          "(?i).*\\.(csv|tsv|jsonl?|ndjson|xlsx?|ods|parquet|feather|pickle|pkl|npy|xml|ics|vcf|txt)");

  /** What git knows of the folder. */
  interface Git {
    /**
     * Told of each folder before what it holds; the path of the whole is "".
     *
     * @return what a repository that begins there has and no other place is known to have
     */
    Optional<String> enter(String folder);

    /**
     * Told of a folder that was entered.
     *
     * @return the files of a repository that begins there, by their paths from the whole, that
     *     neither its last commit nor the revision that comes has as they are, and what became of
     *     them
     */
    SortedMap<String, String> changes(String folder);

    /** Whether the revision that comes has a file or link there. */
    boolean brings(String path);

    /** Whether a last commit of a repository of the folder has it, changed or not. */
    boolean tracks(String path);

    /** Whether it lies in a repository that is moved with the folder, and no commit has it. */
    boolean isUntracked(String path);

    /** Whether it is as a commit has it that is to be had elsewhere. */
    boolean isSafe(FolderLook.Item file);

    /**
     * Whether a file is known to be as some tree has it.
     *
     * @param bySize whether the size is enough to know
     */
    boolean isAsCommitted(FolderLook.Item file, boolean bySize);
  }

  /**
   * Files that count, told of as one.
   *
   * @param path of the file, or of the folder of data that they are in, which ends in a slash
   * @param what what it is, if it is not files
   */
  record Found(String path, long files, long bytes, String what) {}

  private final Git git;
  private final IntPredicate ours;
  private final Set<String> open;
  private final Virtualenvs virtualenvs;
  private final Set<String> inVirtualenvs = new HashSet<>();
  private final Set<String> local = new HashSet<>();
  private final Map<String, Found> found = new LinkedHashMap<>();
  private final List<FolderLook.Item> candidates = new ArrayList<>();
  private final List<FolderLook.Item> changed = new ArrayList<>();
  private long newestCode = Long.MIN_VALUE;

  /** What is known of virtualenvs in the folder. */
  interface Virtualenvs {
    /** Whether a folder, by its path, is one; the path of the whole is "". */
    boolean has(String folder);

    /**
     * Whether pip has noted that it made a file.
     *
     * @param folder the virtualenv
     * @param path of the file, from the virtualenv
     */
    boolean isInstalled(String folder, String path);
  }

  /**
   * @param git what git knows
   * @param ours which users are root
   * @param open the files that are open to be written
   * @param virtualenvs what is known of virtualenvs
   */
  DataRule(Git git, IntPredicate ours, Set<String> open, Virtualenvs virtualenvs) {
    this.git = git;
    this.ours = ours;
    this.open = Set.copyOf(open);
    this.virtualenvs = virtualenvs;
    enter("");
  }

  private void enter(String folder) {
    if (virtualenvs.has(folder)) {
      inVirtualenvs.add(folder);
    }
    String git = folder.isEmpty() ? ".git" : folder + "/.git";
    this.git.enter(folder).ifPresent(what -> found.put(git, new Found(git, 0, 0, what)));
    this.git.changes(folder).forEach(this::change);
  }

  private void change(String path, String what) {
    boolean isMade = MadeAgain.isFile(path.substring(path.lastIndexOf('/') + 1));
    for (int slash = path.indexOf('/');
        !isMade && slash > 0;
        slash = path.indexOf('/', slash + 1)) {
      isMade =
          virtualenvs.has(path.substring(0, slash))
              && MadeAgain.isTrackedOfVirtualenv(path.substring(slash + 1), true);
    }
    isMade |= virtualenvs.has("") && MadeAgain.isTrackedOfVirtualenv(path, false);
    if (!isMade) {
      local.add(path);
      found.put(path, new Found(path, 1, 0, what));
    }
  }

  @Override
  public boolean see(FolderLook.Item item) {
    if (isOfVirtualenv(item)) {
      return false;
    }
    return switch (item.stat().type()) {
      case DIRECTORY -> isLookedInto(item);
      case FILE, LINK -> {
        boolean isMade = MadeAgain.isNamed(item.name()) || MadeAgain.isFile(item.name());
        if (!isMade && !isVirtualenv(item) && !local.contains(item.path())) {
          judge(item);
        }
        yield false;
      }
      default -> false;
    };
  }

  private boolean isOfVirtualenv(FolderLook.Item item) {
    boolean isFile = item.stat().type() != Stat.Type.DIRECTORY;
    for (String folder : inVirtualenvs) {
      if (folder.isEmpty() || item.path().startsWith(folder + "/")) {
        String path = folder.isEmpty() ? item.path() : item.path().substring(folder.length() + 1);
        if (MadeAgain.isOfVirtualenv(path) || (isFile && virtualenvs.isInstalled(folder, path))) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean isVirtualenv(FolderLook.Item link) {
    return link.stat().type() == Stat.Type.LINK && virtualenvs.has(link.path());
  }

  private boolean isLookedInto(FolderLook.Item folder) {
    if (folder.mounted()) {
      add(folder.path() + "/", 0);
      return false;
    }
    if (folder.name().equals(".hg")) {
      found.put(
          folder.path(),
          new Found(
              folder.path(), 0, 0, "a Mercurial repository, whose commits may be nowhere else"));
    }
    boolean isIn = !folder.name().equals(".hg") && !MadeAgain.isFolder(folder.name());
    if (isIn) {
      enter(folder.path());
    }
    return isIn;
  }

  private void judge(FolderLook.Item item) {
    boolean database = DATABASE.matcher(item.name()).matches();
    boolean named =
        database
            || DUMP_OR_SETTINGS.matcher(item.name()).matches()
            || dataFolder(item.path()).isPresent();
    if (git.brings(item.path())) {
      newestCode = Math.max(newestCode, CodeFile.is(item) ? item.modified() : newestCode);
      if (named && !git.isAsCommitted(item, !database)) {
        add(item);
      } else if (RECORDS.matcher(item.name()).matches() && !git.isAsCommitted(item, true)) {
        changed(item);
      }
    } else if (git.isSafe(item)) {
      newestCode = Math.max(newestCode, CodeFile.is(item) ? item.modified() : newestCode);
    } else if (named || isStranger(item) || !(CodeFile.is(item) || isLog(item))) {
      add(item);
    } else if (candidates.size() < MOST_CANDIDATES && !isLog(item)) {
      candidates.add(item);
    }
  }

  // not committed, of another user, or in use
  private boolean isStranger(FolderLook.Item item) {
    return !isLog(item)
        && (!ours.test(item.stat().uid())
            || open.contains(item.path())
            || git.isUntracked(item.path()));
  }

  private static boolean isLog(FolderLook.Item item) {
    return IN_LOGS.matcher(item.path()).matches();
  }

  // where no git tells, who copied an older revision did so before the app wrote
  private void changed(FolderLook.Item item) {
    if (git.tracks(item.path())) {
      add(item);
    } else if (changed.size() < MOST_CANDIDATES && !CodeFile.is(item)) {
      changed.add(item);
    }
  }

  private static Optional<String> dataFolder(String path) {
    for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      String folder = path.substring(0, slash);
      String name = folder.substring(folder.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
      if (DATA_FOLDERS.contains(name)) {
        return Optional.of(folder + "/");
      }
    }
    return Optional.empty();
  }

  private void add(FolderLook.Item item) {
    add(dataFolder(item.path()).orElse(item.path()), item.stat().size());
  }

  private void add(String path, long bytes) {
    found.merge(
        path,
        new Found(path, 1, bytes, ""),
        (a, b) -> new Found(path, a.files() + b.files(), a.bytes() + b.bytes(), a.what()));
  }

  /** What counts, in the order in which it was seen. */
  List<Found> found() {
    if (newestCode != Long.MIN_VALUE) {
      candidates.stream().filter(item -> item.modified() > newestCode + DAY).forEach(this::add);
      changed.stream().filter(item -> item.modified() > newestCode).forEach(this::add);
    }
    candidates.clear();
    changed.clear();
    return List.copyOf(found.values());
  }
}

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
 * The rule for data in a folder that was made by hand, see {@link #WORDS}. Files that tools
 * regenerate (byte code, virtualenvs, caches, logs, sockets) are not data. Neither the owner nor
 * the time of a file excludes data: many apps run as root, and write on the day of their
 * installation.
 */
final class DataRule implements FolderLook.Visitor {
  /** The rule in the words of the messages. */
  static final String WORDS =
      """
      These count as data: a file that the new revision lacks and that is not clearly code; \
      code that root does not own, that others can write, or that is a day newer than the \
      rest; a data file that differs from the new revision; in a git tree, each untracked \
      file, each file that differs from the last commit, and each commit that no remote has.\
      """;

  private static final long DAY = 24 * 60 * 60;
  private static final int MOST_CANDIDATES = 10_000;

  private static final Pattern IN_LOGS = Pattern.compile("(.*/)?logs?/.*");
  private static final Set<String> DATA_FOLDERS =
      Set.of(
          "instance", "media", "upload", "uploads", "var", "data", "storage", "backup", "backups");
  // Programs write to these in place: the content may differ although the size is the same.
  private static final Pattern DATABASE =
      Pattern.compile("(?i).*\\.(sqlite.*|s3db|db[0-9]?(-(wal|shm|journal))?|rdb|aof|mdb)");
  private static final Pattern DUMP_OR_SETTINGS =
      Pattern.compile(
          """
          (?i).*\\.(dump|sql)(\\.(gz|xz|bz2))?|\\.env(\\..*)?|.*\\.(env|pem|key|p12|pfx)|\
          (local_settings|settings_local)\\.py|\\.?secrets?(\\..*)?|credentials(\\..*)?\
          """);

  // Programs keep records in these formats, and people write them too.
  private static final Pattern RECORDS =
      Pattern.compile(
          "(?i).*\\.(csv|tsv|jsonl?|ndjson|xlsx?|ods|parquet|feather|pickle|pkl|npy|xml|ics|vcf|txt)");

  /** The facts that git has about the folder. */
  interface Git {
    /**
     * Registers a folder before its content; the path of the folder taken over is "".
     *
     * @return the work in a repository that begins there that is not known to exist elsewhere
     */
    Optional<String> enter(String folder);

    /**
     * Returns the local changes of a registered folder.
     *
     * @return the files of a repository that begins there whose content is neither in its last
     *     commit nor in the new revision; path from the folder taken over, to a description of the
     *     change
     */
    SortedMap<String, String> changes(String folder);

    /** Tells whether the new revision has a file or link at a path. */
    boolean brings(String path);

    /** Tells whether the last commit of a repository of the folder has a path, changed or not. */
    boolean tracks(String path);

    /**
     * Tells whether a path lies in a repository that is moved with the folder, and no commit has
     * it.
     */
    boolean isUntracked(String path);

    /** Tells whether a file equals a committed version that also exists elsewhere. */
    boolean isSafe(FolderLook.Item file);

    /**
     * Tells whether a file is known to equal a committed version.
     *
     * @param bySize whether an equal size suffices as proof
     */
    boolean isAsCommitted(FolderLook.Item file, boolean bySize);
  }

  /**
   * Data that is reported as one entry.
   *
   * @param path the file, or its folder of data, with a slash at the end
   * @param files the number of files
   * @param bytes the size of the files in bytes
   * @param what a description, if the entry does not consist of files; else empty
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

  /** The virtualenvs in the folder. */
  interface Virtualenvs {
    /** Tells whether a folder is a virtualenv; the path of the folder taken over is "". */
    boolean has(String folder);

    /**
     * Tells whether pip has recorded a file as installed.
     *
     * @param folder the virtualenv
     * @param path the file, relative to the virtualenv
     */
    boolean isInstalled(String folder, String path);
  }

  /**
   * @param git the facts that git has about the folder
   * @param ours the user ids that count as root
   * @param open the files that are open for writing
   * @param virtualenvs the virtualenvs in the folder
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
          examine(item);
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

  private void examine(FolderLook.Item item) {
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

  // Not committed, owned by another user, or in use.
  private boolean isStranger(FolderLook.Item item) {
    return !isLog(item)
        && (!ours.test(item.stat().uid())
            || open.contains(item.path())
            || git.isUntracked(item.path()));
  }

  private static boolean isLog(FolderLook.Item item) {
    return IN_LOGS.matcher(item.path()).matches();
  }

  // If git does not track the file, it may come from an older revision. Such a copy was made before
  // the app wrote, so its time decides.
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

  /** Returns the data, in the order in which it was seen. */
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

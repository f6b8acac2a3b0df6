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
import java.util.function.IntPredicate;
import java.util.function.Predicate;
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
          + " of data that is not as the new revision has it; in a git tree, each untracked file and"
          + " each commit that no remote has.";

  private static final long DAY = 24 * 60 * 60;
  private static final int MOST_CANDIDATES = 10_000;

  private static final Set<String> MADE_AGAIN =
      Set.of(
          ".git",
          ".svn",
          "htmlcov",
          "__pypackages__",
          ".ipynb_checkpoints",
          "bower_components",
          ".parcel-cache",
          ".next",
          ".nuxt",
          ".vite",
          ".hypothesis",
          ".pytype",
          ".npm",
          ".yarn",
          ".direnv",
          "__pycache__",
          ".pytest_cache",
          ".mypy_cache",
          ".ruff_cache",
          ".tox",
          ".nox",
          ".eggs",
          ".cache",
          ".sass-cache",
          ".webassets-cache",
          "node_modules",
          ".idea",
          ".vscode");
  private static final Pattern MADE_AGAIN_FILE =
      Pattern.compile(
          "(?i).*\\.(py[co]|sock|pid|log|log[.-].*|sw[op])|.*~|\\.ds_store|nohup\\.out|thumbs\\.db"
              + "|\\.coverage|\\.eslintcache|celerybeat-schedule(\\..*)?"
              + "|\\.(bash|python|node_repl)_history|\\.(viminfo|lesshst|wget-hsts|selected_editor)"
              + "|\\.sudo_as_admin_successful");
  private static final Pattern IN_LOGS = Pattern.compile("(.*/)?logs?/.*");
  private static final Pattern EGG = Pattern.compile(".*\\.egg-info");
  private static final Set<String> VIRTUALENV =
      Set.of(
          "bin",
          "lib",
          "lib64",
          "include",
          "share",
          "man",
          "etc",
          "ssl",
          "sbin",
          "libexec",
          "conda-meta",
          "pyvenv.cfg",
          "pip-selfcheck.json",
          "CACHEDIR.TAG",
          ".gitignore",
          ".lock",
          ".project");

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
  private final Predicate<String> virtualenvs;
  private final Set<String> inVirtualenvs = new HashSet<>();
  private final Map<String, Found> found = new LinkedHashMap<>();
  private final List<FolderLook.Item> candidates = new ArrayList<>();
  private final List<FolderLook.Item> changed = new ArrayList<>();
  private long newestCode = Long.MIN_VALUE;

  /**
   * @param git what git knows
   * @param ours which users are root
   * @param open the files that are open to be written
   * @param virtualenvs whether a folder, by its path, is a virtualenv; the path of the whole is ""
   */
  DataRule(Git git, IntPredicate ours, Set<String> open, Predicate<String> virtualenvs) {
    this.git = git;
    this.ours = ours;
    this.open = Set.copyOf(open);
    this.virtualenvs = virtualenvs;
    enter("");
  }

  private void enter(String folder) {
    if (virtualenvs.test(folder)) {
      inVirtualenvs.add(folder);
    }
    String git = folder.isEmpty() ? ".git" : folder + "/.git";
    this.git.enter(folder).ifPresent(what -> found.put(git, new Found(git, 0, 0, what)));
  }

  @Override
  public boolean see(FolderLook.Item item) {
    String parent = item.path().substring(0, Math.max(0, item.path().lastIndexOf('/')));
    if (VIRTUALENV.contains(item.name()) && inVirtualenvs.contains(parent)) {
      return false;
    }
    return switch (item.stat().type()) {
      case DIRECTORY -> isLookedInto(item);
      case FILE, LINK -> {
        boolean isMade =
            MADE_AGAIN.contains(item.name()) || MADE_AGAIN_FILE.matcher(item.name()).matches();
        if (!isMade && !isVirtualenv(item)) {
          judge(item);
        }
        yield false;
      }
      default -> false;
    };
  }

  private boolean isVirtualenv(FolderLook.Item link) {
    return link.stat().type() == Stat.Type.LINK && virtualenvs.test(link.path());
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
    boolean isIn =
        !folder.name().equals(".hg")
            && !MADE_AGAIN.contains(folder.name())
            && !EGG.matcher(folder.name()).matches();
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

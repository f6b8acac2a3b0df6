package dev.reconcile.run;

import dev.reconcile.host.FolderLook;
import dev.reconcile.host.Stat;
import java.util.ArrayList;
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
 * by themselves (byte code, virtualenvs, caches, logs, sockets) is none.
 */
final class DataRule implements FolderLook.Visitor {
  /** The rule as a person is told of it. */
  static final String WORDS =
      "Data is what no git tree has as it is there, if it has a name of data, does not belong to root,"
          + " is open to be written, or was written a day or more after the code.";

  private static final long DAY = 24 * 60 * 60;
  private static final int MOST_CANDIDATES = 10_000;

  private static final Set<String> MADE_AGAIN =
      Set.of(
          ".git",
          ".hg",
          ".svn",
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
          "(?i).*\\.(py[co]|sock|pid|log|log[.-].*|sw[op])|.*~|\\.ds_store|nohup\\.out|thumbs\\.db");
  private static final Pattern EGG = Pattern.compile(".*\\.egg-info");
  private static final Set<String> VIRTUALENV =
      Set.of("bin", "lib", "lib64", "include", "share", "man", "etc", "src", "pyvenv.cfg");

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

  /** What git knows of the folder. */
  interface Git {
    /** Whether some tree has a file or link there. */
    boolean has(String path);

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
   */
  record Found(String path, long files, long bytes) {}

  private final Git git;
  private final IntPredicate ours;
  private final Set<String> open;
  private final Predicate<String> virtualenvs;
  private final boolean isVirtualenv;
  private final Map<String, Found> found = new LinkedHashMap<>();
  private final List<FolderLook.Item> candidates = new ArrayList<>();
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
    this.isVirtualenv = virtualenvs.test("");
  }

  @Override
  public boolean see(FolderLook.Item item) {
    if (isVirtualenv && !item.path().contains("/") && VIRTUALENV.contains(item.name())) {
      return false;
    }
    if (item.stat().type() == Stat.Type.DIRECTORY) {
      if (item.mounted()) {
        add(item.path() + "/", 0);
      }
      return !item.mounted()
          && !MADE_AGAIN.contains(item.name())
          && !EGG.matcher(item.name()).matches()
          && !virtualenvs.test(item.path());
    }
    boolean file = item.stat().type() == Stat.Type.FILE || item.stat().type() == Stat.Type.LINK;
    if (file && !MADE_AGAIN_FILE.matcher(item.name()).matches()) {
      judge(item);
    }
    return false;
  }

  private void judge(FolderLook.Item item) {
    boolean database = DATABASE.matcher(item.name()).matches();
    boolean named =
        database
            || DUMP_OR_SETTINGS.matcher(item.name()).matches()
            || dataFolder(item.path()).isPresent();
    if (git.has(item.path())) {
      newestCode = Math.max(newestCode, item.modified());
      if (named && !git.isAsCommitted(item, !database)) {
        add(item);
      }
    } else if (named || !ours.test(item.stat().uid()) || open.contains(item.path())) {
      add(item);
    } else if (candidates.size() < MOST_CANDIDATES) {
      candidates.add(item);
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
        new Found(path, 1, bytes),
        (a, b) -> new Found(path, a.files() + b.files(), a.bytes() + b.bytes()));
  }

  /** What counts, in the order in which it was seen. */
  List<Found> found() {
    if (newestCode != Long.MIN_VALUE) {
      candidates.stream().filter(item -> item.modified() > newestCode + DAY).forEach(this::add);
    }
    candidates.clear();
    return List.copyOf(found.values());
  }
}

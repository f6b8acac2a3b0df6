package dev.reconcile.source;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;

/**
 * Whether the locale of the caller has the letters of all names in a commit. Names of files are
 * UTF-8 whatever the locale, but Java says them in the locale's encoding and cannot be told
 * another. So a run finds out before it changes anything, and starts again in another locale.
 */
final class LocaleNames {
  private static final int LONGEST_LINK = 4096;

  private LocaleNames() {}

  /** Whether there is nothing to look for. */
  private static boolean isUnicode() {
    return "UTF-8".equals(System.getProperty("sun.jnu.encoding"));
  }

  /**
   * Whether a path was refused only because the locale cannot say it: not by its own fault.
   *
   * @param refused as Java refuses it
   */
  static boolean hasRefused(InvalidPathException refused) {
    return !isUnicode() && refused.getInput().indexOf('\0') < 0;
  }

  /**
   * Looks at all names and links below a folder of a commit; at none in a locale of UTF-8. What
   * cannot be read is left to whoever needs it.
   *
   * @throws InvalidPathException for one that cannot be said
   */
  static void check(FileContents objects, String treeId) {
    if (isUnicode()) {
      return;
    }
    try {
      for (Entry entry :
          TreeParser.parse("", objects.readOnce(treeId, Integer.MAX_VALUE)).values()) {
        require(entry.name());
        switch (entry.type()) {
          case FOLDER -> check(objects, entry.id());
          case SYMLINK ->
              require(
                  new String(
                      objects.readOnce(entry.id(), LONGEST_LINK).content(),
                      StandardCharsets.UTF_8));
          case FILE, EXECUTABLE, SUBMODULE -> {}
        }
      }
    } catch (SourceException e) {
      Log.debug("not looked at: {}", treeId, e.detail());
    }
  }

  private static void require(String text) {
    if (text.chars().anyMatch(c -> c > 0x7e)) {
      throw new InvalidPathException(text, "the locale's encoding lacks some of its characters");
    }
  }
}

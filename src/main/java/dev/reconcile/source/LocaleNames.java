// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;

/**
 * A check that the caller's locale can represent all file names of a commit. File names are UTF-8
 * in any locale, but Java encodes them in the locale's encoding, which cannot be changed at run
 * time. A run therefore checks before it changes anything, and restarts in another locale if
 * needed.
 */
final class LocaleNames {
  private static final int LONGEST_LINK = 4096;

  private LocaleNames() {}

  /** Tells whether the locale can represent all names. */
  private static boolean isUnicode() {
    return "UTF-8".equals(System.getProperty("sun.jnu.encoding"));
  }

  /**
   * Tells whether Java refused a path only because the locale cannot represent it.
   *
   * @param refused the exception that Java threw for the path
   */
  static boolean hasRefused(InvalidPathException refused) {
    return !isUnicode() && refused.getInput().indexOf('\0') < 0;
  }

  /**
   * Checks all names and links below a folder of a commit; does nothing in a UTF-8 locale. Objects
   * that cannot be read are skipped: the code that needs them reports the error.
   *
   * @throws InvalidPathException for a name that the locale cannot represent
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

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.model.GunicornSetting;
import dev.reconcile.model.GunicornSetting.Sort;
import java.util.stream.Collectors;

/** The form of gunicorn's settings on its command line (docs.gunicorn.org, "Settings"). */
final class GunicornSettings {
  private GunicornSettings() {}

  /**
   * Returns the setting as command-line words; a flag that has gunicorn's default gives no word.
   *
   * @param name a setting that can be an option
   * @param value the checked value; several values are on a line each
   */
  static String words(String name, String value) {
    GunicornSetting setting = GunicornSetting.of(name).orElseThrow();
    if (setting.sort() == Sort.FLAG) {
      boolean off = name.equals("sendfile"); // its flag turns it off
      return value.equals("true") == off ? "" : setting.flag();
    }
    return value.lines().count() > 1
        ? value.lines().map(line -> word(setting, line)).collect(Collectors.joining(" "))
        : word(setting, value);
  }

  // argparse takes a word that begins with a dash for another option.
  private static String word(GunicornSetting setting, String value) {
    return value.startsWith("-")
        ? shellWord(setting.flag() + "=" + value)
        : setting.flag() + " " + shellWord(value);
  }

  /**
   * Returns one word for Python's {@code shlex.split}, with which gunicorn reads GUNICORN_CMD_ARGS.
   */
  static String shellWord(String text) {
    boolean plain = !text.isEmpty() && text.chars().allMatch(GunicornSettings::isPlain);
    return plain ? text : "'" + text.replace("'", "'\"'\"'") + "'";
  }

  private static boolean isPlain(int c) {
    return (c < 128 && Character.isLetterOrDigit(c)) || "_-./:,=@+%".indexOf(c) >= 0;
  }
}

package dev.reconcile.trial;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of {@code systemd-analyze verify}.
 *
 * @param level its severity, as syslog(3) counts: 3 is an error, 4 a warning
 * @param subject the file that it names, or the unit
 * @param line the line in the file, 0 if it is about a unit
 * @param text what it says, with its subject
 */
record UnitMessage(int level, String subject, int line, String text) {
  private static final int ERROR = 3;
  private static final int WARNING = 4;

  // "<28>" before a line: eight times the facility, and the level (SYSTEMD_LOG_TARGET)
  private static final Pattern PREFIX = Pattern.compile("<(\\d{1,3})>(.*)");
  private static final Pattern IGNORED = Pattern.compile("(?i)\\bignor(?:ed|ing)\\b");
  private static final Pattern OF_FILE = Pattern.compile("(/.*?):(\\d+): .*");
  private static final Pattern OF_UNIT =
      Pattern.compile(
          "(?:Unit )?([^\\s:/]+\\.(?:service|socket|target|timer|path|mount|slice))[: ].*");
  private static final Pattern PROGRAM =
      Pattern.compile(".*: Command (/.*) is not executable: No such file or directory");

  /** All that name a file or a unit as their subject; other lines are left out. */
  static List<UnitMessage> parse(String said) {
    List<UnitMessage> messages = new ArrayList<>();
    for (String one : said.split("\n", -1)) {
      Matcher prefix = PREFIX.matcher(one.strip());
      int level = prefix.matches() ? Integer.parseInt(prefix.group(1)) % 8 : ERROR;
      String text = prefix.matches() ? prefix.group(2) : one.strip();
      Matcher file = OF_FILE.matcher(text);
      Matcher unit = OF_UNIT.matcher(text);
      if (file.matches()) {
        int line = Integer.parseInt(file.group(2));
        messages.add(new UnitMessage(level, file.group(1), line, text));
      } else if (unit.matches()) {
        messages.add(new UnitMessage(level, unit.group(1), 0, text));
      }
    }
    return messages;
  }

  /**
   * Whether the unit would not be as it is written: systemd does not load it, or ignores a line of
   * the file. Anything else (an unsafe user, an old name of a setting) is a remark on a unit that
   * systemd takes.
   */
  boolean isRefusal() {
    return level <= ERROR || (level == WARNING && line > 0 && IGNORED.matcher(text).find());
  }

  /** The program that it misses; empty if it says something else. */
  Optional<String> missingProgram() {
    Matcher matcher = PROGRAM.matcher(text);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** Whether it says that there is no such unit. */
  boolean isOfMissingUnit() {
    return line == 0 && text.equals("Unit " + subject + " not found.");
  }
}

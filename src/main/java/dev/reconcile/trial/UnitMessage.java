// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A message of {@code systemd-analyze verify}.
 *
 * @param level the severity of syslog(3): 3 is an error, 4 a warning
 * @param subject the file or unit that the message refers to
 * @param line the line in the file, from 1; 0 for a unit
 * @param text the message, including its subject
 */
record UnitMessage(int level, String subject, int line, String text) {
  private static final int ERROR = 3;
  private static final int WARNING = 4;

  // "<28>" before a line is eight times the facility plus the level (SYSTEMD_LOG_TARGET)
  private static final Pattern PREFIX = Pattern.compile("<(\\d{1,3})>(.*)");
  private static final Pattern IGNORED = Pattern.compile("(?i)\\bignor(?:ed|ing)\\b");
  private static final Pattern OF_FILE = Pattern.compile("(/.*?):(\\d{1,9}): .*");
  private static final Pattern OF_UNIT =
      Pattern.compile(
          "(?:Unit )?([^\\s:/]+\\.(?:service|socket|target|timer|path|mount|slice))[: ].*");
  private static final Pattern PROGRAM =
      Pattern.compile(".*: Command (/.*) is not executable: No such file or directory");

  /** Parses the messages about a file or a unit; other lines are left out. */
  static List<UnitMessage> parse(String output) {
    List<UnitMessage> messages = new ArrayList<>();
    for (String outputLine : output.split("\n", -1)) {
      Matcher prefix = PREFIX.matcher(outputLine.strip());
      int level = prefix.matches() ? Integer.parseInt(prefix.group(1)) % 8 : ERROR;
      String text = prefix.matches() ? prefix.group(2) : outputLine.strip();
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
   * Reports whether systemd does not load the unit as written: it refuses it, or ignores a line of
   * the file. Any other message (an unsafe user, an old name of a setting) is about a unit that
   * systemd accepts.
   */
  boolean isRefusal() {
    return level <= ERROR || (level == WARNING && line > 0 && IGNORED.matcher(text).find());
  }

  /** Returns the missing program; empty for any other message. */
  Optional<String> missingProgram() {
    Matcher matcher = PROGRAM.matcher(text);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** Reports whether the message says that the unit does not exist. */
  boolean isOfMissingUnit() {
    return line == 0 && text.equals("Unit " + subject + " not found.");
  }
}

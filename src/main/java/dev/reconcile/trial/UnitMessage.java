package dev.reconcile.trial;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of {@code systemd-analyze verify}.
 *
 * @param subject the file that it names, or the unit
 * @param line the line in the file, 0 if it is about a unit
 * @param text what it says, with its subject
 */
record UnitMessage(String subject, int line, String text) {
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
      String text = one.strip();
      Matcher file = OF_FILE.matcher(text);
      Matcher unit = OF_UNIT.matcher(text);
      if (file.matches()) {
        messages.add(new UnitMessage(file.group(1), Integer.parseInt(file.group(2)), text));
      } else if (unit.matches()) {
        messages.add(new UnitMessage(unit.group(1), 0, text));
      }
    }
    return messages;
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

package dev.reconcile.trial;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of {@code nginx -t}.
 *
 * @param level as nginx has it: emerg, alert, crit, error, warn, notice
 * @param text what it says, without file and line
 * @param file the file it names as its place, empty if it names none
 * @param line the line in there, 0 if it names none
 */
record NginxMessage(String level, String text, String file, int line) {
  // as it speaks to a terminal, and as it writes to a log that is standard error
  private static final Pattern FORM =
      Pattern.compile(
          "(?:nginx: |[\\d/]+ [\\d:]+ )\\[([a-z]+)] (?:\\d+#\\d+: )?(.*?)(?: in (/.*?):(\\d+))?");
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");
  private static final Set<String> FATAL = Set.of("emerg", "alert", "crit");

  /** All that are messages; other lines are left out. */
  static List<NginxMessage> parse(String said) {
    List<NginxMessage> messages = new ArrayList<>();
    for (String one : said.split("\n", -1)) {
      Matcher matcher = FORM.matcher(one.strip());
      if (matcher.matches()) {
        boolean placed = matcher.group(3) != null;
        messages.add(
            new NginxMessage(
                matcher.group(1),
                matcher.group(2),
                placed ? matcher.group(3) : "",
                placed ? Integer.parseInt(matcher.group(4)) : 0));
      }
    }
    return messages;
  }

  /** Whether nginx does not start with it. */
  boolean isFatal() {
    return FATAL.contains(level);
  }

  /** Whether nginx would take a name that two servers have, and use it for one of them. */
  boolean isConflict() {
    return text.startsWith("conflicting server name");
  }

  /** Whether nginx takes a table that has too little room, and is slower for it. */
  boolean isOfATable() {
    return level.equals("warn") && text.startsWith("could not build");
  }

  /** Whether it complains of the same thing in the same file, on whatever line. */
  boolean isLike(NginxMessage other) {
    return text.equals(other.text) && file.equals(other.file);
  }

  /** What it puts between quotes: directives, variables, names, paths. */
  List<String> quoted() {
    return QUOTED.matcher(text).results().map(found -> found.group(1)).toList();
  }

  /** As nginx wrote it. */
  String words() {
    String place = file.isEmpty() ? "" : " in " + file + ":" + line;
    return "[" + level + "] " + text + place;
  }
}

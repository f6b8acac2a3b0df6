// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A message of {@code nginx -t}.
 *
 * @param level nginx's log level: emerg, alert, crit, error, warn, notice
 * @param text the message without file and line
 * @param file the file that the message refers to; empty if it names none
 * @param line the line in the file, from 1; 0 without a file
 */
record NginxMessage(String level, String text, String file, int line) {
  // the format for a terminal, and the format of a log on standard error
  private static final Pattern FORM =
      Pattern.compile(
          "(?:nginx: |[\\d/]+ [\\d:]+ )\\[([a-z]+)] (?:\\d+#\\d+: )?(.*?)(?: in (/.*?):(\\d{1,9}))?");
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");
  private static final Set<String> FATAL = Set.of("emerg", "alert", "crit");

  /** Parses the messages in an output; other lines are left out. */
  static List<NginxMessage> parse(String output) {
    List<NginxMessage> messages = new ArrayList<>();
    for (String line : output.split("\n", -1)) {
      Matcher matcher = FORM.matcher(line.strip());
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

  /** Reports whether nginx does not start because of it. */
  boolean isFatal() {
    return FATAL.contains(level);
  }

  /** Reports whether two servers have one name, which nginx accepts and uses for one of them. */
  boolean isConflict() {
    return text.startsWith("conflicting server name");
  }

  /** Reports whether a hash table is too small, which nginx accepts and which makes it slower. */
  boolean isOfATable() {
    return level.equals("warn") && text.startsWith("could not build");
  }

  /** Reports whether nginx accepts the configuration in spite of it. */
  boolean isWarning() {
    return level.equals("warn");
  }

  /** Reports whether both have the same text and file, regardless of the line. */
  boolean isLike(NginxMessage other) {
    return text.equals(other.text) && file.equals(other.file);
  }

  /** Returns the quoted words: directives, variables, names, paths. */
  List<String> quoted() {
    return QUOTED.matcher(text).results().map(found -> found.group(1)).toList();
  }

  /** Returns the message as nginx wrote it. */
  String words() {
    String place = file.isEmpty() ? "" : " in " + file + ":" + line;
    return "[" + level + "] " + text + place;
  }
}

package dev.reconcile.command;

import dev.reconcile.cli.Invocation;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A command's help, taken apart, so that what else describes the command is made of it.
 *
 * <p>Invariant: every word of the help is in one of the parts.
 *
 * @param usage the command with what it takes
 * @param paragraphs what it does
 * @param options its options
 * @param examples command lines
 */
record HelpText(String usage, List<String> paragraphs, List<Entry> options, List<String> examples) {
  private static final String USAGE = "Usage: ";
  private static final Pattern HEADER = Pattern.compile("(Options|Examples?):");
  private static final Pattern OPTION = Pattern.compile(" {2}(-.*?)(?: {2,}(.*))?");

  /**
   * One option, or several that are told of together.
   *
   * @param tag how they are typed
   * @param text what they mean; empty where the tag says it
   */
  record Entry(String tag, String text) {
    private Entry and(String more) {
      return new Entry(tag, (text + " " + more).strip());
    }

    private boolean goesOn() {
      return text.isEmpty() && tag.endsWith(",");
    }
  }

  /** The help of a command. */
  static HelpText of(Invocation.Command command) {
    List<String> paragraphs = new ArrayList<>();
    List<Entry> options = new ArrayList<>();
    List<String> examples = new ArrayList<>();
    List<String> lines = Help.of(command).lines().toList();
    boolean inExamples = false;
    boolean isNew = true;
    for (String line : lines.subList(1, lines.size())) {
      Matcher option = OPTION.matcher(line);
      if (line.isEmpty() || HEADER.matcher(line).matches()) {
        inExamples = line.startsWith("Example") || (inExamples && line.isEmpty());
        isNew = true;
      } else if (inExamples) {
        examples.add(line.strip());
      } else if (option.matches()) {
        add(options, option);
      } else if (line.startsWith(" ")) {
        options.add(options.removeLast().and(line.strip()));
      } else if (isNew) {
        paragraphs.add(line);
        isNew = false;
      } else {
        paragraphs.add(paragraphs.removeLast() + " " + line);
      }
    }
    return new HelpText(
        lines.getFirst().substring(USAGE.length()),
        List.copyOf(paragraphs),
        List.copyOf(options),
        List.copyOf(examples));
  }

  private static void add(List<Entry> options, Matcher option) {
    String tag = option.group(1);
    String text = option.group(2) == null ? "" : option.group(2);
    if (!options.isEmpty() && options.getLast().goesOn()) {
      tag = options.removeLast().tag() + " " + tag;
    }
    options.add(new Entry(tag, text));
  }
}

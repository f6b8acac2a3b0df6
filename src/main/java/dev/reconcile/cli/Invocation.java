package dev.reconcile.cli;

import dev.reconcile.model.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/**
 * A command and its options: from the command line, and below that from the configuration file.
 *
 * @param command the command
 * @param line what was typed
 * @param configured what the configuration file holds, by long names
 */
public record Invocation(Command command, CommandLine line, Map<String, List<String>> configured) {

  /** Commands of the administrator that are told how a run ended. */
  public static final List<String> HOOK_OPTIONS = List.of("on-failure", "on-recovery", "on-change");

  private static final List<String> PERMUTE_OPTIONS =
      List.of(
          "size", "range", "key", "from", "count", "style", "format", "output", "resume",
          "threads");

  /** What can be asked for. */
  public enum Command {
    APPLY("apply"),
    PLAN("plan"),
    ADOPT("adopt"),
    ALLOCATE("allocate"),
    DOCTOR("doctor"),
    HISTORY("history"),
    INIT("init"),
    PERMUTE("permute"),
    RESUME("resume"),
    ROLLBACK("rollback"),
    SCHEMA("schema"),
    STATUS("status"),
    SUSPEND("suspend"),
    TIMER("timer"),
    VALIDATE("validate");

    private final String word;

    Command(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }

    public static List<String> words() {
      return List.of(values()).stream().map(Command::word).toList();
    }
  }

  /** Reads the words of a command line; a bare one means apply. */
  public static Invocation parse(List<String> words) throws CommandFailed {
    Command command = Command.APPLY;
    List<String> rest = words;
    if (!words.isEmpty() && !words.getFirst().startsWith("-")) {
      command = command(words.getFirst());
      rest = words.subList(1, words.size());
    }
    try {
      CommandLine line =
          DefaultParser.builder()
              .setAllowPartialMatching(false)
              .get()
              .parse(options(command), rest.toArray(String[]::new));
      Invocation arguments = new Invocation(command, line, Map.of());
      arguments.refuseExtraWords();
      return arguments;
    } catch (UnrecognizedOptionException e) {
      throw unknownOption(command, e.getOption());
    } catch (MissingArgumentException e) {
      throw usage(
          "An option lacks its value", "--" + e.getOption().getLongOpt() + " needs a value.");
    } catch (ParseException e) {
      throw usage("The command line makes no sense", e.getMessage() + ".");
    }
  }

  private void refuseExtraWords() throws CommandFailed {
    List<String> words = line.getArgList();
    int allowed =
        switch (command) {
          case ADOPT, ALLOCATE, INIT, ROLLBACK, SCHEMA, TIMER, VALIDATE -> 1;
          default -> 0;
        };
    if (words.size() > allowed) {
      throw usage(
          "A word too many",
          "\""
              + words.get(allowed)
              + "\" is neither an option nor its value. See: reconcile "
              + command.word()
              + " --help");
    }
  }

  private static Command command(String word) throws CommandFailed {
    for (Command command : Command.values()) {
      if (command.word().equals(word)) {
        return command;
      }
    }
    throw usage(
        "Unknown command",
        "\""
            + word
            + "\" is not a command of reconcile."
            + Suggestion.sentence(word, Command.words())
            + " The commands are "
            + String.join(", ", Command.words())
            + ".");
  }

  private static CommandFailed unknownOption(Command command, String option) {
    String name = option.replaceFirst("^-+", "").replaceFirst("=.*", "");
    List<String> known =
        options(command).getOptions().stream().map(Option::getLongOpt).sorted().toList();
    String meant =
        Suggestion.nearest(name, known).map(s -> " Did you mean --" + s.word() + "?").orElse("");
    return usage(
        "Unknown option",
        option
            + " is not an option of reconcile "
            + command.word()
            + "."
            + meant
            + " See: reconcile "
            + command.word()
            + " --help");
  }

  public static CommandFailed usage(String summary, String detail) {
    return new CommandFailed(ExitCode.USAGE, summary, detail);
  }

  /** The options that a command takes. */
  public static Options options(Command command) {
    Options options = new Options();
    flag(options, "h", "help");
    flag(options, null, "version");
    flag(options, "v", "verbose");
    flag(options, "q", "quiet");
    flag(options, null, "no-color");
    if (command == Command.VALIDATE || command == Command.ALLOCATE) {
      value(options, "path");
      if (command == Command.ALLOCATE) {
        value(options, "reassign");
        value(options, "release");
        flag(options, null, "check");
      }
      return options;
    }
    if (command == Command.ADOPT) {
      value(options, "unasked");
      return options;
    }
    if (command == Command.PERMUTE) {
      PERMUTE_OPTIONS.forEach(name -> value(options, name));
      flag(options, null, "inverse");
      return options;
    }
    if (command == Command.HISTORY) {
      value(options, "root");
      flag(options, null, "json");
      return options;
    }
    if (command == Command.INIT) {
      return options;
    }
    if (command == Command.SCHEMA) {
      value(options, "into");
      return options;
    }
    if (command == Command.SUSPEND || command == Command.RESUME) {
      value(options, "root");
      if (command == Command.SUSPEND) {
        value(options, "reason");
      }
      return options;
    }
    if (command == Command.DOCTOR) {
      value(options, "config");
      flag(options, null, "json");
      return options;
    }
    if (command == Command.STATUS) {
      List.of("html", "path", "host", "root", "config").forEach(name -> value(options, name));
      flag(options, null, "json");
      return options;
    }
    if (command == Command.TIMER) {
      List.of("every", "repo", "root").forEach(name -> value(options, name));
      return options;
    }
    if (command == Command.ROLLBACK) {
      List.of("to", "path", "host", "root", "config", "lock-timeout", "metrics")
          .forEach(name -> value(options, name));
      HOOK_OPTIONS.forEach(name -> value(options, name));
      NetworkOptions.OPTIONS.forEach(name -> value(options, name));
      List.of("dry-run", "take-over", "detailed-exitcode", "json")
          .forEach(name -> flag(options, null, name));
      return options;
    }
    for (String name :
        List.of("repo", "ref", "path", "host", "root", "max-prune", "config", "status-html")) {
      value(options, name);
    }
    options.addOption(Option.builder().longOpt("only").hasArg().get());
    value(options, "lock-timeout");
    value(options, "metrics");
    HOOK_OPTIONS.forEach(name -> value(options, name));
    NetworkOptions.OPTIONS.forEach(name -> value(options, name));
    for (String name :
        List.of(
            "dry-run",
            "prune",
            "no-prune",
            "take-over",
            "allow-rewind",
            "verify-commit",
            "detailed-exitcode",
            "json")) {
      flag(options, null, name);
    }
    return options;
  }

  private static void flag(
      Options options, @org.jspecify.annotations.Nullable String letter, String name) {
    options.addOption(Option.builder(letter).longOpt(name).get());
  }

  private static void value(Options options, String name) {
    options.addOption(Option.builder().longOpt(name).hasArg().get());
  }

  /** The same arguments with those of a configuration file below them. */
  public Invocation withConfiguration(Map<String, List<String>> values) {
    return new Invocation(command, line, Map.copyOf(values));
  }

  /** Whether a flag is set. */
  public boolean has(String name) {
    List<String> values = configured.getOrDefault(name, List.of());
    return line.hasOption(name) || values.contains("true");
  }

  /** An option's value. */
  public Optional<String> value(String name) throws CommandFailed {
    List<String> values = values(name);
    if (values.size() > 1) {
      throw usage("An option is given twice", "--" + name + " can be given once.");
    }
    return values.stream().findFirst();
  }

  /** All values of an option that may be given several times. */
  public List<String> values(String name) {
    String[] typed = line.getOptionValues(name);
    return typed == null
        ? configured.getOrDefault(name, List.of())
        : new ArrayList<>(List.of(typed));
  }

  /** A whole number. */
  public int whole(String name, int otherwise) throws CommandFailed {
    Optional<String> text = value(name);
    if (text.isEmpty()) {
      return otherwise;
    }
    if (!text.get().matches("[0-9]{1,9}")) {
      throw usage(
          "Not a number", "--" + name + " takes a whole number, not \"" + text.get() + "\".");
    }
    return Integer.parseInt(text.get());
  }
}

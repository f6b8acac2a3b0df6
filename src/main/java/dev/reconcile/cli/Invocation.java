// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import dev.reconcile.model.Suggestion;
import dev.reconcile.model.TextFormat;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/**
 * The arguments of a command: the command line and, with lower precedence, the configuration file.
 */
public final class Invocation {
  private final List<Option> options;
  private final CommandLine line;
  private final Map<String, List<String>> configured;

  private Invocation(List<Option> options, CommandLine line, Map<String, List<String>> configured) {
    this.options = options;
    this.line = line;
    this.configured = configured;
  }

  /**
   * Returns the directory that {@code --root} names; {@code /} without the option.
   *
   * @throws CommandFailed if the option is given twice
   */
  public Path root() throws CommandFailed {
    return Path.of(value(CommonOptions.ROOT).orElse("/"));
  }

  /**
   * Parses the words after a command.
   *
   * @param command the command's name, for messages
   * @param options all options of the command
   * @param operands the greatest number of words that are neither options nor their values
   * @param words the words after the command
   * @throws CommandFailed if an option is unknown or lacks its value, or if there are too many
   *     words
   */
  public static Invocation parse(
      String command, List<Option> options, int operands, List<String> words) throws CommandFailed {
    Options known = new Options();
    for (Option option : options) {
      String letter = option.letter().isEmpty() ? null : option.letter();
      known.addOption(letter, option.name(), option.takesValue(), null);
    }
    try {
      CommandLine line =
          DefaultParser.builder()
              .setAllowPartialMatching(false)
              .get()
              .parse(known, words.toArray(new String[0]));
      List<String> rest = line.getArgList();
      if (rest.size() > operands) {
        throw usage(
                "Unexpected argument",
                "\"%s\" is neither an option nor its value.%s"
                    .formatted(rest.get(operands), meant(options, rest.get(operands))))
            .suggesting(help(command));
      }
      return new Invocation(options, line, Map.of());
    } catch (UnrecognizedOptionException e) {
      throw unknownOption(command, options, e.getOption());
    } catch (MissingArgumentException e) {
      throw usage(
          "Missing value of an option", "--" + e.getOption().getLongOpt() + " needs a value.");
    } catch (ParseException e) {
      throw usage("Invalid command line", e.getMessage() + ".");
    }
  }

  private static String meant(List<Option> options, String word) {
    if (options.contains(CommonOptions.REPO) && isDirectory(word)) {
      return " Did you mean \"--repo " + word + "\"?";
    }
    return options.contains(RunOptions.ONLY) && TextFormat.APP_NAME.accepts(word)
        ? " Did you mean \"--only " + word + "\"?"
        : "";
  }

  private static boolean isDirectory(String word) {
    try {
      return Files.isDirectory(Path.of(word));
    } catch (InvalidPathException _) {
      return false;
    }
  }

  private static String help(String command) {
    return "reconcile " + command + " --help";
  }

  private static CommandFailed unknownOption(String command, List<Option> options, String typed) {
    String name = typed.replaceFirst("^-+", "").replaceFirst("=.*", "");
    List<String> known = options.stream().map(Option::name).sorted().toList();
    String meant =
        Suggestion.nearest(name, known).map(s -> " Did you mean --" + s.word() + "?").orElse("");
    return usage(
            "Unknown option", typed + " is not an option of reconcile " + command + "." + meant)
        .suggesting(help(command));
  }

  /** Creates the failure for an invalid command line. */
  public static CommandFailed usage(String summary, String detail) {
    return new CommandFailed(ExitCode.USAGE, summary, detail);
  }

  /**
   * Returns these arguments with the options of a configuration file, which apply where the command
   * line has no value.
   */
  public Invocation withConfiguration(Map<String, List<String>> values) {
    return new Invocation(options, line, Map.copyOf(values));
  }

  /**
   * Checks the values of all options, from the command line and from the configuration file.
   *
   * @throws CommandFailed if an option does not accept its value, or is given more often than it
   *     may be
   */
  public void check() throws CommandFailed {
    for (Option option : options) {
      if (option.takesValue()) {
        List<String> values = given(option);
        if (values.size() > 1 && option instanceof Option.Single) {
          throw twice(option);
        }
        for (String value : values) {
          option.check(value);
        }
      }
    }
  }

  private static CommandFailed twice(Option option) {
    return usage("Repeated option", option.dashed() + " accepts only one value.");
  }

  /** Returns the words that are neither options nor their values. */
  public List<String> words() {
    return line.getArgList();
  }

  /** Returns the first such word, for a command that takes one. */
  public Optional<String> word() {
    return words().isEmpty() ? Optional.empty() : Optional.of(words().getFirst());
  }

  /** Tells whether a flag is on the command line; the configuration is ignored. */
  public boolean isTyped(Option.Flag flag) {
    return line.hasOption(flag.name());
  }

  /** Tells whether a flag is set. False if the command has no such flag and no file sets it. */
  public boolean has(Option.Flag flag) {
    return line.hasOption(flag.name())
        || configured.getOrDefault(flag.name(), List.of()).contains("true");
  }

  /**
   * Returns the value of an option.
   *
   * @throws CommandFailed if the option is given twice
   */
  public Optional<String> value(Option.Single option) throws CommandFailed {
    List<String> values = given(option);
    if (values.size() > 1) {
      throw twice(option);
    }
    return values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
  }

  /** Returns all values of a repeatable option. */
  public List<String> values(Option.Repeatable option) {
    return given(option);
  }

  /** Returns what is given for an option, as text: the values, or whether the flag is set. */
  public String text(Option option) {
    return option instanceof Option.Flag flag
        ? String.valueOf(has(flag))
        : given(option).toString();
  }

  private List<String> given(Option option) {
    String[] typed = line.getOptionValues(option.name());
    return typed == null
        ? configured.getOrDefault(option.name(), List.of())
        : new ArrayList<>(List.of(typed));
  }

  /**
   * Returns the value of an option that takes a whole number.
   *
   * @param otherwise the value without the option
   * @throws CommandFailed if the option is given twice
   */
  public int whole(Option.Single option, int otherwise) throws CommandFailed {
    Optional<String> text = value(option);
    return text.isEmpty() ? otherwise : Integer.parseInt(text.get());
  }
}

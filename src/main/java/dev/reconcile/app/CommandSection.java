// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import dev.reconcile.systemd.CommandWords;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * The form of a key that holds commands: text or {@code {run: …, timeout: …}}, a single one or a
 * list.
 */
final class CommandSection {
  static final Key<String> RUN =
      Key.text("run", TextFormat.COMMAND, "", "the command")
          .more(
              """
              It is split at blanks and by quotes, without a shell. Its first word is looked for \
              in the virtualenv first.\
              """);

  private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*=");

  private final Key<String> timeout;
  private final Schema fields;

  /**
   * @param name the name of a single command in messages
   * @param timeout the default of the timeout, as a text of {@link TextFormat#DURATION}
   * @param more further keys of a command
   */
  CommandSection(String name, String timeout, Key<?>... more) {
    this.timeout =
        Key.text(
            "timeout", TextFormat.DURATION, timeout, "the longest time that the command may take");
    List<Key<?>> keys = new ArrayList<>(List.of(RUN, this.timeout));
    keys.addAll(List.of(more));
    this.fields = Key.fields(name, keys);
  }

  /** Returns the schema of the key's value: a command or a list of them. */
  Schema schema() {
    return Schema.oneOrMore(Schema.either(Schema.text(TextFormat.COMMAND), fields));
  }

  /** Returns the schema of a single command that is a map. */
  Schema fields() {
    return fields;
  }

  /** Returns the commands under a key, without those that have a mistake. */
  List<AppCommand> decode(Table app, Key<?> key, Declarations mistakes) {
    return app.items(key).stream().flatMap(value -> command(value, mistakes).stream()).toList();
  }

  /** Returns a single command; empty if it has a mistake. */
  Optional<AppCommand> command(Value value, Declarations mistakes) {
    Table table = Table.of(value);
    Optional<List<String>> words = words(value, value.origin(), mistakes);
    Duration longest = TextFormat.duration(table.get(timeout));
    if (longest.isZero()) {
      mistakes.error(
          table.origin(timeout),
          "Timeout of zero",
          "The command would be killed at once. Write a longer time, such as 10m.");
    }
    return words
        .map(all -> new AppCommand(all, longest, value.origin()))
        .filter(command -> !longest.isZero());
  }

  /**
   * Returns the words of a command that is a text or a map with {@link #RUN}; empty if it has a
   * mistake, which is reported.
   *
   * @param place where a missing command is reported
   */
  static Optional<List<String>> words(Value value, Origin place, Declarations mistakes) {
    Table table = Table.of(value);
    if (value instanceof Value.Mapping && table.isClearlyWithout(RUN)) {
      mistakes.error(place, "Command missing", "Add run: and the command.");
    }
    Value run = table.map().get(RUN.name()).orElse(value);
    return Table.textOf(run).flatMap(text -> words(text, run.origin(), mistakes));
  }

  /** Returns the words of a command; empty if it has a mistake, which is reported. */
  static Optional<List<String>> words(String text, Origin origin, Declarations mistakes) {
    return words(text, origin, mistakes, Map.of());
  }

  /**
   * Returns the words of a command; empty if it has a mistake, which is reported.
   *
   * @param own the variables that reconcile sets itself; to the remedy
   */
  static Optional<List<String>> words(
      String text, Origin origin, Declarations mistakes, Map<String, String> own) {
    OptionalInt open = CommandWords.incomplete(text);
    if (open.isPresent()) {
      String detail =
          text.charAt(open.getAsInt()) == '\\'
              ? "The command ends with a backslash, which needs a character after it."
              : "Nothing closes this quotation mark. Add another, or write \\ before it.";
      mistakes.error(at(origin, text, open.getAsInt()), "Incomplete command", detail);
      return Optional.empty();
    }
    Optional<ShellSyntax> syntax = ShellSyntax.in(text);
    if (syntax.isPresent()) {
      mistakes.error(
          at(origin, text, syntax.get().index()),
          "Shell syntax in a command",
          syntax.get().detail(text));
      return Optional.empty();
    }
    List<String> words = CommandWords.ofShell(text);
    String program = words.getFirst();
    if (program.isEmpty()) {
      mistakes.error(origin, "Command missing", "The first word is empty. Name a program.");
    } else if (ASSIGNMENT.matcher(program).lookingAt()) {
      mistakes.error(origin, "Variable before a command", assignment(words, own));
      return Optional.empty();
    }
    boolean isTooLong = false;
    for (String word : words) {
      isTooLong |= ExecLimits.checkWord(word, origin, mistakes);
    }
    boolean isGood = !isTooLong && !program.isEmpty();
    return Optional.of(words).filter(_ -> isGood);
  }

  private static String assignment(List<String> words, Map<String, String> own) {
    List<String> names =
        words.stream()
            .takeWhile(word -> ASSIGNMENT.matcher(word).lookingAt())
            .map(word -> word.substring(0, word.indexOf('=')))
            .toList();
    List<String> remedies = new ArrayList<>();
    names.stream().filter(own::containsKey).map(own::get).forEach(remedies::add);
    List<String> others = names.stream().filter(name -> !own.containsKey(name)).toList();
    if (remedies.isEmpty()) {
      remedies.add("Set it under env, or write env before it.");
    } else if (!others.isEmpty()) {
      remedies.add("Set %s under env.".formatted(String.join(", ", others)));
    }
    return "No shell reads the command, so %s= sets no variable. %s"
        .formatted(names.getFirst(), String.join(" ", remedies));
  }

  // The text begins where the value does, or after a quotation mark of YAML. A text with escapes,
  // or over several lines, is located by its beginning.
  private static Origin at(Origin begin, String text, int index) {
    for (int start = begin.column() - 1; start >= 0 && start <= begin.column(); start++) {
      if (begin.excerpt().startsWith(text, start)) {
        return new Origin(begin.file(), begin.line(), start + index + 1, begin.excerpt());
      }
    }
    return begin;
  }
}

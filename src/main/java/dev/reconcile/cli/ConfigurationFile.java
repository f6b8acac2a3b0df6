// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import dev.reconcile.desired.YamlReader;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Suggestion;
import dev.reconcile.model.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The configuration file. It may hold any option by its long name, so a timer passes no options.
 */
public final class ConfigurationFile {
  /** The path of the file if {@code --config} names no other. */
  public static final Path USUAL = Path.of("/etc/reconcile/config.yaml");

  private ConfigurationFile() {}

  /**
   * Reads the options in the file; none if {@code --config} is absent and the default file is not
   * readable.
   *
   * @param named the value of {@code --config}
   * @throws CommandFailed if the file cannot be read or has an error
   */
  public static Map<String, List<String>> read(Optional<String> named) throws CommandFailed {
    Path file = named.isPresent() ? Path.of(named.get()) : USUAL;
    if (named.isEmpty() && !Files.isReadable(file)) {
      return Map.of();
    }
    List<Diagnostic> mistakes = new ArrayList<>();
    Map<String, List<String>> options = new HashMap<>();
    try {
      Optional<Value.Mapping> map =
          YamlReader.read(file.toString(), Files.readAllBytes(file), mistakes);
      if (map.isPresent()) {
        for (Value.Entry entry : map.get().entries()) {
          add(entry, options, mistakes);
        }
      }
    } catch (IOException e) {
      throw new CommandFailed(
          ExitCode.USAGE, "Unreadable configuration file", file + ": " + e.getMessage());
    }
    if (mistakes.stream().anyMatch(Diagnostic::isError)) {
      throw new CommandFailed(ExitCode.USAGE, mistakes);
    }
    return options;
  }

  private static void add(
      Value.Entry entry, Map<String, List<String>> options, List<Diagnostic> mistakes) {
    Optional<Option> option = configurable(entry.key());
    if (option.isEmpty()) {
      mistakes.add(
          Diagnostic.error(
              entry.keyOrigin(),
              "Unknown key",
              "\"%s\" is not an option.%s"
                  .formatted(entry.key(), Suggestion.sentence(entry.key(), names()))));
      return;
    }
    List<Value> values =
        entry.value() instanceof Value.Sequence list ? list.items() : List.of(entry.value());
    List<String> texts = new ArrayList<>();
    for (Value value : values) {
      if (value instanceof Value.Scalar scalar) {
        texts.add(scalar.text());
        refuseHalfSetFlag(option.get(), scalar, mistakes);
      } else {
        mistakes.add(
            Diagnostic.error(
                value.origin(),
                "Wrong type",
                entry.key() + " must be a single value, not " + value.describe() + "."));
      }
    }
    options.put(entry.key(), texts);
  }

  private static Optional<Option> configurable(String name) {
    for (List<Option> group : List.of(RunOptions.ALL, CommonOptions.GENERAL)) {
      for (Option option : group) {
        if (option.isConfigurable() && option.name().equals(name)) {
          return Optional.of(option);
        }
      }
    }
    return Optional.empty();
  }

  private static List<String> names() {
    return Stream.concat(RunOptions.ALL.stream(), CommonOptions.GENERAL.stream())
        .filter(Option::isConfigurable)
        .map(Option::name)
        .sorted()
        .toList();
  }

  // YAML 1.2 reads "yes" as a string. Read as "not set", it would silently disable a check.
  private static void refuseHalfSetFlag(
      Option option, Value.Scalar scalar, List<Diagnostic> mistakes) {
    if (!option.takesValue() && !List.of("true", "false").contains(scalar.text())) {
      mistakes.add(
          Diagnostic.error(
              scalar.origin(),
              "Wrong type",
              option.name() + " must be true or false, not " + scalar.describe() + "."));
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.app.AppSection;
import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.Option;
import dev.reconcile.cli.Values;
import dev.reconcile.desired.HostSection;
import dev.reconcile.model.Schema;
import dev.reconcile.model.Suggestion;
import dev.reconcile.report.SchemaJson;
import dev.reconcile.run.HostFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The command {@code schema}, which prints JSON Schemas of the desired state's files for editors.
 */
final class SchemaCommand implements Subcommand {
  private static final Option.Single INTO =
      Option.value(
          "into",
          "DIR",
          Values.DIRECTORY,
          "write all schemas to DIR: app.json, reconcile.json, host.json");

  /** A type of file in the desired state. The help lists the constants in their order. */
  enum Form {
    APP("app"),
    RECONCILE("reconcile"),
    HOST("host");

    private final String word;

    Form(String word) {
      this.word = word;
    }

    /** Returns the name of the schema's file. */
    String file() {
      return word + ".json";
    }

    /** Returns the schema of the file's content. */
    Schema.Fields shape() {
      return switch (this) {
        case APP -> AppSection.SCHEMA;
        case RECONCILE -> HostSection.MAIN;
        case HOST -> HostSection.HOST;
      };
    }

    /** Returns the JSON Schema. An app's source is optional in it: the defaults may have it. */
    String json() {
      return switch (this) {
        case APP -> SchemaJson.of("apps/NAME.yaml", shape(), List.of());
        case RECONCILE -> SchemaJson.of("reconcile.yaml", shape(), List.of("version"));
        case HOST -> SchemaJson.of("hosts/HOSTNAME.yaml", shape(), List.of());
      };
    }

    private static Form named(String word) throws CommandFailed {
      for (Form form : values()) {
        if (form.word.equals(word)) {
          return form;
        }
      }
      List<String> words = List.of(values()).stream().map(form -> form.word).toList();
      throw Invocation.usage(
          "Unknown schema",
          "There is no schema \"%s\", only %s.%s"
              .formatted(word, String.join(", ", words), Suggestion.sentence(word, words)));
    }
  }

  @Override
  public String name() {
    return "schema";
  }

  @Override
  public String summary() {
    return "print the JSON Schema of a file, for editors";
  }

  @Override
  public Optional<Operand> operand() {
    return Optional.of(new Operand("app|reconcile|host", Values.CHOICE, false));
  }

  @Override
  public boolean keepsUmask() {
    return true;
  }

  @Override
  public String description() {
    return """
    Prints the JSON Schema (draft-07) of apps/NAME.yaml, reconcile.yaml or hosts/NAME.yaml,
    for completion and checks in an editor. The schema is less strict than validate: see
    docs/schema.md.
    """;
  }

  @Override
  public List<Option> options() {
    return List.of(INTO);
  }

  @Override
  public List<String> examples() {
    return List.of("reconcile schema --into .schema");
  }

  @Override
  public ExitCode run(Invocation invocation, Console console, HostFactory hosts)
      throws CommandFailed {
    Optional<String> folder = invocation.value(INTO);
    Optional<String> word = invocation.word();
    if (folder.isEmpty()) {
      console.print(Form.named(word.orElse(Form.APP.word)).json());
      return ExitCode.OK;
    }
    if (word.isPresent()) {
      throw Invocation.usage(
          "Conflicting arguments", "--into writes all schemas. Omit \"" + word.get() + "\".");
    }
    for (Form form : Form.values()) {
      Path file = Path.of(folder.get(), form.file());
      write(file, form.json());
      if (!console.isQuiet()) {
        console.print(file + " written\n");
      }
    }
    return ExitCode.OK;
  }

  /** Writes a file, and creates missing folders above it. */
  static void write(Path file, String text) throws CommandFailed {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new CommandFailed(ExitCode.FAILED, "Unwritable file", file + ": " + e.getMessage());
    }
  }
}

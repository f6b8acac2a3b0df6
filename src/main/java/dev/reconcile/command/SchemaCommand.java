package dev.reconcile.command;

import dev.reconcile.app.AppSection;
import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.desired.HostSection;
import dev.reconcile.model.Schema;
import dev.reconcile.model.Suggestion;
import dev.reconcile.report.SchemaJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The command {@code schema}: the forms of the files as JSON Schemas, for editors. */
public final class SchemaCommand {
  private final Invocation arguments;
  private final Console console;

  public SchemaCommand(Invocation arguments, Console console) {
    this.arguments = arguments;
    this.console = console;
  }

  /** A file of the desired state; the constants' order is that of the help. */
  enum Form {
    APP("app"),
    RECONCILE("reconcile"),
    HOST("host");

    private final String word;

    Form(String word) {
      this.word = word;
    }

    /** The name of its schema's file. */
    String file() {
      return word + ".json";
    }

    /** What its file must look like. */
    Schema.Fields shape() {
      return switch (this) {
        case APP -> AppSection.SCHEMA;
        case RECONCILE -> HostSection.MAIN;
        case HOST -> HostSection.HOST;
      };
    }

    /** Its schema; an app's source is not required, because it may come from the defaults. */
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
          "There is no schema \""
              + word
              + "\", only "
              + String.join(", ", words)
              + "."
              + Suggestion.sentence(word, words));
    }
  }

  /** Prints one, or writes all into a folder. */
  public ExitCode run() throws CommandFailed {
    Optional<String> folder = arguments.value("into");
    List<String> words = arguments.line().getArgList();
    if (folder.isEmpty()) {
      console.print(Form.named(words.isEmpty() ? Form.APP.word : words.getFirst()).json());
      return ExitCode.OK;
    }
    if (!words.isEmpty()) {
      throw Invocation.usage(
          "One or all", "--into writes all schemas; leave out \"" + words.getFirst() + "\".");
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

  /** Writes a file, and the folders above it if they are not there. */
  static void write(Path file, String text) throws CommandFailed {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new CommandFailed(
          ExitCode.FAILED, "A file cannot be written", file + ": " + e.getMessage());
    }
  }
}

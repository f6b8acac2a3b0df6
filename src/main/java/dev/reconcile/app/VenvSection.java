// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Content;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.util.Optional;

/** The key {@code venv}: the virtualenv of an app. */
final class VenvSection {
  static final Key<String> DIRECTORY =
      Key.text("directory", TextFormat.ABSOLUTE_PATH, Key.OF_APP.venv(), "its path");
  static final Key<String> PYTHON =
      Key.text("python", TextFormat.PYTHON, "python3", "the interpreter").example("python3.12");
  static final Key<String> LIST =
      Key.text("source", TextFormat.RELATIVE_PATH, "", "a file of this repo")
          .more("pip reads only this file. Use it for code that has no requirements file.");
  static final Key<Optional<Value>> REQUIREMENTS =
      Key.section(
              "requirements",
              Schema.either(
                  Schema.text(TextFormat.RELATIVE_PATH), Key.fields("a list of this repo", LIST)),
              "requirements file in the source, or of this repo")
          .otherwise("`requirements.txt`")
          .more("A file that is set must exist.");

  private static final String REQUIREMENTS_FILE = "requirements.txt";

  static final Schema.Fields SCHEMA = Key.fields("venv", DIRECTORY, PYTHON, REQUIREMENTS);

  private final Declarations mistakes;

  VenvSection(Declarations mistakes) {
    this.mistakes = mistakes;
  }

  /**
   * Returns the virtualenv of the app {@code name}; its directory is empty if the value was
   * refused.
   */
  Venv decode(String name, Table venv) {
    Optional<String> file =
        Optional.of(venv.table(REQUIREMENTS).get(LIST)).filter(path -> !path.isEmpty());
    Origin origin = venv.origin(REQUIREMENTS);
    Optional<Content> list = file.flatMap(path -> mistakes.file(path, origin));
    if (file.isPresent() && list.isPresent()) {
      new RepoList(file.get(), list.get()).check(mistakes, origin);
    }
    return new Venv(
        venv.isRefused(DIRECTORY) ? "" : AppSection.withoutSlash(venv.get(DIRECTORY, name)),
        venv.get(PYTHON),
        file.orElse(
            venv.get(REQUIREMENTS).flatMap(value -> Table.textOf(value)).orElse(REQUIREMENTS_FILE)),
        venv.has(REQUIREMENTS),
        list,
        origin);
  }
}

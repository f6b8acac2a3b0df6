// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.Venv.Install;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Content;
import dev.reconcile.model.LockTool;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.util.List;
import java.util.Optional;

/** The key {@code venv}: the virtualenv of an app. */
final class VenvSection {
  static final Key<String> DIRECTORY =
      Key.text(
          "directory", TextFormat.ABSOLUTE_PATH, Key.OF_APP.venv(), "the path of the virtualenv");
  static final Key<String> PYTHON =
      Key.text("python", TextFormat.PYTHON, "python3", "the interpreter").example("python3.12");
  static final Key<List<String>> INSTALL =
      Key.texts("install", TextFormat.INSTALL, "what is installed: auto, none, or files")
          .otherwise("`auto`")
          .more(
              """
              `auto` takes the first that the source has: `requirements.txt`, `uv.lock`, \
              `poetry.lock`, `Pipfile.lock`, `pyproject.toml` with a project, `setup.py`. \
              `.` is the project itself. See [dependencies](apps.md#dependencies).\
              """)
          .example("[requirements/prod.txt, .]");
  static final Key<String> LIST =
      Key.text("source", TextFormat.RELATIVE_PATH, "", "a file of this repo")
          .more("pip reads only this file. Use it for code that has no requirements file.");
  static final Key<Optional<Value>> REQUIREMENTS =
      Key.section(
              "requirements",
              Schema.either(
                  Schema.text(TextFormat.RELATIVE_PATH), Key.fields("a list of this repo", LIST)),
              "requirements file in the source, or of this repo")
          .more("The same as `install` with one file. A file that is set must exist.");
  static final Key<List<String>> EXTRAS =
      Key.texts("extras", TextFormat.EXTRA, "extras of the project or the lock")
          .example("[postgres]");
  static final Key<List<String>> GROUPS =
      Key.texts("groups", TextFormat.EXTRA, "groups of dependencies of the project or the lock")
          .more("Development groups are not installed unless they are named here.")
          .example("[production]");
  static final Key<List<String>> CONSTRAINTS =
      Key.texts("constraints", TextFormat.RELATIVE_PATH, "files of the source that limit versions")
          .example("constraints.txt");
  static final Key<Boolean> SYSTEM =
      Key.flag(
              "system_packages",
              false,
              "whether the app sees the Python packages of the system, such as python3-psycopg2")
          .more("An upgrade of such a package does not restart the app.");
  static final Key<String> WHEELS =
      Key.text(
              "wheels",
              TextFormat.WHEELS,
              "",
              "a folder of packages, in the source or on the host; then pip uses no index")
          .example("vendor/wheels");
  static final Key<Optional<Value>> INDEX =
      Key.section("index", IndexSection.SCHEMA, "the package index in place of that of pip.conf");

  static final Schema.Fields SCHEMA =
      Key.fields(
          "venv",
          DIRECTORY,
          PYTHON,
          INSTALL,
          REQUIREMENTS,
          EXTRAS,
          GROUPS,
          CONSTRAINTS,
          SYSTEM,
          WHEELS,
          INDEX);

  private static final String AUTO = "auto";
  private static final String NONE = "none";

  private final Declarations mistakes;

  VenvSection(Declarations mistakes) {
    this.mistakes = mistakes;
  }

  /**
   * Returns the virtualenv of the app {@code name}; its directory is empty if the value was
   * refused.
   */
  Venv decode(String name, Table app, WebServer server) {
    Table venv = app.table(AppSection.VENV);
    Venv.Options options =
        new Venv.Options(
            venv.get(EXTRAS),
            venv.get(GROUPS),
            venv.get(CONSTRAINTS),
            venv.get(SYSTEM),
            AppSection.withoutSlash(venv.get(WHEELS)),
            venv.has(INDEX)
                ? new IndexSection(mistakes).decode(venv.table(INDEX))
                : Optional.empty());
    Install install = install(app, server);
    if (venv.has(WHEELS) && venv.has(INDEX)) {
      mistakes.error(
          venv.origin(WHEELS),
          "Wheels and an index",
          "With \"wheels\", pip uses that folder and no index. Leave one of the two out.");
    }
    return new Venv(
        venv.isRefused(DIRECTORY) ? "" : AppSection.withoutSlash(venv.get(DIRECTORY, name)),
        venv.get(PYTHON),
        install,
        options,
        venv.has(INSTALL) ? venv.origin(INSTALL) : venv.origin(REQUIREMENTS));
  }

  private Install install(Table app, WebServer server) {
    Table venv = app.table(AppSection.VENV);
    if (app.isOff(AppSection.VENV)) {
      if (server instanceof Gunicorn) {
        mistakes.error(
            app.origin(AppSection.VENV),
            "gunicorn without a virtualenv",
            """
            gunicorn runs from the app's virtualenv. Remove the key, or name another server under \
            "web".\
            """);
      }
      return new Install.Off();
    }
    if (!app.has(AppSection.VENV) && !(server instanceof Gunicorn)) {
      return new Install.IfNeeded();
    }
    if (venv.has(INSTALL) && venv.has(REQUIREMENTS)) {
      mistakes.error(
          venv.origin(REQUIREMENTS),
          "Requirements named twice",
          "Both \"install\" and \"requirements\" say what is installed. Leave one of them out.");
    }
    if (venv.has(INSTALL)) {
      return named(venv);
    }
    Optional<String> list =
        Optional.of(venv.table(REQUIREMENTS).get(LIST)).filter(path -> !path.isEmpty());
    Optional<String> file = venv.get(REQUIREMENTS).flatMap(Table::textOf);
    if (list.isPresent()) {
      return ofRepo(list.get(), venv.origin(REQUIREMENTS));
    }
    return file.isPresent() ? new Install.Named(List.of(file.get())) : new Install.Auto(false);
  }

  private Install ofRepo(String path, Origin origin) {
    Content content = mistakes.file(path, origin).orElse(Content.of(""));
    new RepoList(path, content).check(mistakes, origin);
    return new Install.OfRepo(path, content);
  }

  private Install named(Table venv) {
    List<String> items = venv.get(INSTALL);
    if (items.equals(List.of(AUTO))) {
      return new Install.Auto(true);
    }
    if (items.equals(List.of(NONE))) {
      return new Install.Nothing();
    }
    boolean isWord = items.contains(AUTO) || items.contains(NONE);
    boolean isLock = items.stream().anyMatch(item -> lockOf(item).isPresent());
    if (items.size() > 1 && (isWord || isLock)) {
      mistakes.error(
          venv.origin(INSTALL),
          "List with more than files",
          isWord
              ? "auto and none stand alone. A list has files of the source, and \".\"."
              : "A lock names everything that is installed, so it stands alone.");
    }
    for (String item : items) {
      if (lockOf(item).isPresent() && item.contains("/")) {
        mistakes.error(
            venv.origin(INSTALL),
            "Lock in a folder",
            "%s is not at the top of the source. Name its folder as source.folder."
                .formatted(item));
      }
    }
    return new Install.Named(items);
  }

  /** Returns the program of a lock file. */
  static Optional<LockTool> lockOf(String path) {
    return LockTool.of(path.substring(path.lastIndexOf('/') + 1));
  }
}

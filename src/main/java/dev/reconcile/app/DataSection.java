// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.DataFolder.Where;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The key {@code data}: what an app writes and keeps from one revision to the next. */
final class DataSection {
  static final Key<String> PATH =
      Key.text("path", TextFormat.PLACE, "", "a path in the source, or an absolute path")
          .example("instance");
  static final Key<String> VENV =
      Key.text("venv", TextFormat.RELATIVE_PATH, "", "a path in the virtualenv, in place of `path`")
          .more("Flask keeps the instance folder of an installed package in `var/NAME-instance`.")
          .example("var/shop-instance");
  static final Key<Boolean> FILE =
      Key.flag("file", false, "the path is a file")
          .otherwise("whether the last name has an extension, such as `db.sqlite3`")
          .more("A slash at the end means a folder.");
  static final Key<String> MODE =
      Key.text("mode", TextFormat.MODE, "0750", "the mode of the folder")
          .more("reconcile sets it on the folder alone, not on its content.");
  static final Key<Boolean> SEED =
      Key.flag("seed", false, "a new folder gets the content that git has at the path")
          .more("Without it, content in git at the path is an error.");

  private static final Schema.Fields ENTRY =
      Key.fields("a data folder", PATH, VENV, FILE, MODE, SEED);

  static final Schema SCHEMA =
      Schema.oneOrMore(Schema.either(Schema.text(TextFormat.PLACE), ENTRY));

  private static final int OWNER = 0700;

  /** Paths that an app cannot write or does not share with anything (systemd.exec(5)). */
  private static final List<String> CLOSED =
      List.of("/boot", "/dev", "/efi", "/etc", "/proc", "/run", "/sys", "/tmp", "/usr", "/var/tmp");

  private final Declarations mistakes;

  DataSection(Declarations mistakes) {
    this.mistakes = mistakes;
  }

  /**
   * Returns the data folders of an app.
   *
   * @param name the app's name
   * @param app the app's file as a table
   * @param directory the directory of its code
   * @param isUnmanaged whether the app runs from a directory that reconcile does not manage
   */
  List<DataFolder> decode(String name, Table app, String directory, boolean isUnmanaged) {
    List<DataFolder> folders = new ArrayList<>();
    for (Value item : app.items(AppSection.DATA)) {
      decode(name, item).ifPresent(folders::add);
    }
    if (isUnmanaged && !directory.isEmpty()) {
      folders.stream()
          .filter(data -> data.where() == Where.SOURCE)
          .findFirst()
          .ifPresent(data -> unmanaged(data, directory));
    }
    for (int i = 0; i < folders.size(); i++) {
      for (DataFolder other : folders.subList(0, i)) {
        refuseNested(folders.get(i), other);
      }
      refuseInCode(folders.get(i), directory);
    }
    return folders;
  }

  private Optional<DataFolder> decode(String name, Value item) {
    Origin origin = item.origin();
    Optional<String> text = Table.textOf(item);
    Table entry = Table.of(item);
    if (item instanceof Value.Refused || (text.isEmpty() && !entry.isSound())) {
      return Optional.empty();
    }
    boolean inVenv = entry.has(VENV);
    if (text.isEmpty() && inVenv == entry.has(PATH)) {
      mistakes.error(
          origin,
          "Data without exactly one path",
          "Set either \"path\" or \"venv\" of this entry.");
      return Optional.empty();
    }
    String written = text.orElse(inVenv ? entry.get(VENV) : entry.get(PATH));
    String place = AppSection.withoutSlash(written);
    String last = place.substring(place.lastIndexOf('/') + 1);
    boolean isFile = entry.has(FILE) ? entry.get(FILE) : !written.endsWith("/") && isOfFile(last);
    int mode = Integer.parseInt(entry.get(MODE), 8);
    if ((mode & OWNER) != OWNER) {
      mistakes.error(
          entry.origin(MODE),
          "Data folder closed to the app",
          "With the mode %s, the app itself cannot use the folder. Begin it with 7."
              .formatted(entry.get(MODE)));
    }
    if (place.startsWith("/")) {
      return absolute(place, isFile, entry, mode, origin);
    }
    return Optional.of(
        new DataFolder(
            inVenv ? Where.VENV : Where.SOURCE,
            place,
            new Layout(name).data() + "/" + place,
            isFile ? last : "",
            mode,
            entry.get(SEED),
            false,
            origin));
  }

  // A dot at the beginning hides a file or a folder.
  private static boolean isOfFile(String name) {
    return name.indexOf('.', 1) > 0;
  }

  private Optional<DataFolder> absolute(
      String path, boolean isFile, Table entry, int mode, Origin origin) {
    Optional<String> closed =
        path.equals("/")
            ? Optional.of(path)
            : CLOSED.stream().filter(root -> (path + "/").startsWith(root + "/")).findFirst();
    if (closed.isPresent()) {
      mistakes.error(
          origin,
          "Data where the app cannot keep it",
          "%s is below %s, where an app cannot write, or where files do not last. Choose another."
              .formatted(path, closed.get()));
    } else if (isFile || entry.get(SEED)) {
      mistakes.error(
          origin,
          "Absolute path of a data file",
          """
          An absolute path names a folder, which reconcile makes empty. Name the folder of the \
          file. If %s is a folder, write %s/ or set file: false.\
          """
              .formatted(path, path));
    } else {
      return Optional.of(new DataFolder(Where.HOST, "", path, "", mode, false, false, origin));
    }
    return Optional.empty();
  }

  private void unmanaged(DataFolder data, String directory) {
    mistakes.error(
        data.origin(),
        "Data in a source that reconcile does not manage",
        """
        With source: {path: %s} the app keeps its directory, so %s stays where it is. Leave it \
        out of \"data\".\
        """
            .formatted(directory, data.place()));
  }

  private void refuseNested(DataFolder data, DataFolder other) {
    boolean isNested =
        (data.folder() + "/").startsWith(other.folder() + "/")
            || (other.folder() + "/").startsWith(data.folder() + "/");
    if (isNested) {
      mistakes.error(
          data.origin(),
          "Nested data",
          "%s and %s of \"data\" are one folder, or one is in the other. Keep the outer one."
              .formatted(name(data), name(other)));
    }
  }

  private static String name(DataFolder data) {
    return data.place().isEmpty() ? data.folder() : data.place();
  }

  private void refuseInCode(DataFolder data, String directory) {
    boolean isInCode =
        data.where() == Where.HOST
            && !directory.isEmpty()
            && (data.folder() + "/").startsWith(directory + "/");
    if (isInCode) {
      mistakes.error(
          data.origin(),
          "Data inside the code",
          """
          %s is inside %s, which each revision replaces. Write the path relative to the source. \
          The folder is then outside of the code, with a link in its place.\
          """
              .formatted(data.folder(), directory));
    }
  }
}

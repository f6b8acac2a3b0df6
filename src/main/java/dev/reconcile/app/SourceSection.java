// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.App.Source;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import java.util.List;
import java.util.stream.Stream;

/** The key {@code source}: where the code of an app comes from. */
final class SourceSection {
  static final Key<String> GIT =
      Key.text("git", TextFormat.GIT_URL, "", "the URL of the app's own repository")
          .example("git@github.com:me/shop.git");
  static final Key<String> REF =
      Key.text("ref", TextFormat.GIT_REF, "", "its branch, tag or commit")
          .otherwise("the default branch")
          .example("main");
  static final Key<String> FOLDER =
      Key.text(
              "folder",
              TextFormat.FOLDER,
              "",
              "a folder of this repo, or . for all of it; with git, a folder of that repository")
          .more(
              """
              The folder is the app: its requirements, its working directory. reconcile looks \
              for a folder of this repo in the desired-state folder, then in the root of the \
              repo. With `.` or `git`, each commit is a new revision.\
              """);
  static final Key<String> PATH =
      Key.text(
              "path",
              TextFormat.HOST_FOLDER,
              "",
              "a directory of the host that reconcile does not manage")
          .more(
              """
              The app runs from there. If a part of the path is a link and its target \
              changes, the run restarts the app. A revision that fails is quarantined until \
              the link leads elsewhere, or until a run with `--only APP`. If the directory \
              is missing, the run holds the app.\
              """);
  static final Key<String> SSH_KEY =
      Key.text(
              "key",
              TextFormat.ABSOLUTE_PATH,
              "",
              "the file of an ssh key on the host, for git and for requirements over git+ssh")
          .more("See [builds](security-model.md#builds).")
          .otherwise("root's keys, only for the source");

  static final Schema.Fields SCHEMA = Key.fields("source", GIT, REF, FOLDER, PATH, SSH_KEY);

  private final Declarations mistakes;

  SourceSection(Declarations mistakes) {
    this.mistakes = mistakes;
  }

  /**
   * Returns the source of an app; a source with an empty path if a mistake leaves none.
   *
   * @param app the app's file as a table
   * @param file the app's file
   */
  Source decode(Table app, Origin file) {
    Table source = app.table(AppSection.SOURCE);
    boolean isFolderOfGit = source.has(GIT) && source.has(FOLDER) && !source.has(PATH);
    List<Key<String>> given =
        isFolderOfGit ? List.of(GIT) : Stream.of(GIT, FOLDER, PATH).filter(source::has).toList();
    if (source.has(REF) && !source.has(GIT) && source.isSound()) {
      mistakes.error(
          source.origin(REF),
          "Ref without a git URL",
          "Only a source with \"git\" has a \"ref\"; a folder has the revision of this repo.");
    }
    if (source.has(PATH) && app.has(AppSection.DIRECTORY)) {
      mistakes.error(
          app.origin(AppSection.DIRECTORY),
          "Conflicting path and directory",
          "With source: {path: …} the app runs from that path; leave \"directory\" out.");
    }
    if (given.size() != 1) {
      if (!given.isEmpty() || (app.isClearlyWithout(AppSection.SOURCE) && source.isSound())) {
        notOne(app.has(AppSection.SOURCE) ? source.origin() : file, given);
      }
      return new Source.Existing("", "", file);
    }
    Key<String> sourceKey = given.getFirst();
    Origin origin = source.origin(sourceKey);
    String text = source.get(sourceKey);
    String key = source.get(SSH_KEY);
    return sourceKey.equals(GIT)
        ? new Source.Git(
            text,
            source.get(REF),
            folder(source.get(FOLDER)).replaceFirst("^\\.$", ""),
            key,
            origin,
            source.has(FOLDER) ? source.origin(FOLDER) : origin)
        : sourceKey.equals(FOLDER)
            ? new Source.Folder(folder(text), key, origin)
            : new Source.Existing(text, key, origin);
  }

  private void notOne(Origin origin, List<Key<String>> given) {
    mistakes.error(
        origin,
        "App without exactly one source",
        given.isEmpty()
            ? """
            Say where its code comes from: source: {git: URL, ref: main}, or \
            source: {folder: FOLDER} for a folder of this repo, or source: {path: \
            /DIR} for what is already on the host.\
            """
            : """
            Only one of %s can be the source: "git" is a repository of its own (with \
            "folder", a folder of it), "folder" alone a folder of this repo, "path" a \
            directory that is on the host already.\
            """
                .formatted(String.join(", ", given.stream().map(Key::name).toList())));
  }

  /** Returns the folder as git names it; the whole repo is {@code .}. */
  private static String folder(String text) {
    String inside = text.startsWith("./") ? text.substring(2) : text;
    return AppSection.withoutSlash(inside);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.Requirements.Mistake;
import dev.reconcile.app.Sources.SourceFile;
import dev.reconcile.model.Content;
import dev.reconcile.model.Origin;
import dev.reconcile.requirements.MalformedRequirements;
import dev.reconcile.requirements.Reference;
import dev.reconcile.requirements.RequirementLine;
import dev.reconcile.requirements.RequirementsFile;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A requirements file whose lines are being read, and the text that pip gets in place of some
 * lines.
 */
final class OpenRequirements {
  private final String path;
  private final SourceFile file;
  private final RequirementsFile parsed;
  private final Map<Integer, String> changed = new TreeMap<>();

  /**
   * Opens a file.
   *
   * @param path the path by which pip finds it
   * @param file the file at that path
   * @param variables the environment that pip runs in
   */
  OpenRequirements(String path, SourceFile file, Map<String, String> variables) throws Mistake {
    this.path = path;
    this.file = file;
    try {
      this.parsed = RequirementsFile.parse(file.content().bytes(), variables);
    } catch (MalformedRequirements e) {
      throw new Mistake(
          Origin.of(path), "Requirements that cannot be read", path + ": " + e.getMessage());
    }
  }

  /** Returns the parsed file. */
  RequirementsFile parsed() {
    return parsed;
  }

  /** Returns the file's path with all links followed. */
  String place() {
    return file.place();
  }

  /**
   * Returns the path that pip reads, normalised; empty if only the source's links keep it inside.
   */
  Optional<String> plainPath() {
    return SourcePaths.normalised(path);
  }

  /** Returns the folder of the file as pip finds it, with a slash at its end. */
  String folder() {
    return path.substring(0, path.lastIndexOf('/') + 1);
  }

  /** Returns the position of a line. */
  Origin origin(RequirementLine line) {
    return new Origin(path, line.first(), 0, Mistake.shortened(parsed.line(line.first())));
  }

  /** Returns the text that pip gets. */
  Content content() {
    return changed.isEmpty() ? file.content() : new Content(parsed.with(changed), false);
  }

  /** Rewrites absolute paths into the source to the place where pip finds the source. */
  void moveToBuild(RequirementLine line, SourcePaths paths) {
    for (int number = line.first(); number <= line.last(); number++) {
      changed.put(number, paths.inBuild(parsed.line(number)));
    }
  }

  // A path through ".." may name folders that do not exist where pip runs.
  void shorten(RequirementLine.Include line, String included, SourceFile target) {
    boolean plain = SourcePaths.normalised(included).equals(Optional.of(target.place()));
    boolean here = plainPath().equals(Optional.of(file.place()));
    if (plain && here && !line.path().startsWith("/") && included.contains("..")) {
      String shorter = SourcePaths.relative(file.place(), target.place());
      String option = line.constraint() ? "-c " : "-r ";
      if (!shorter.equals(line.path())) {
        replace(line, option + "'" + shorter.replace("'", "'\\''") + "'");
      }
    }
  }

  /**
   * Rewrites an editable requirement, which pip would use in place, into an installed one. Nothing
   * may point into a tree, since another tree replaces it.
   */
  void install(RequirementLine.Editable line, Reference reference, SourcePaths paths)
      throws Mistake {
    String target = paths.inBuild(line.what());
    boolean known = target.contains("/") || target.startsWith(".") || target.startsWith("file:");
    String plain =
        switch (reference) {
          case Reference.Remote remote when remote.scheme().indexOf('+') < 0 ->
              remote.scheme() + "+" + target;
          case Reference.Remote remote -> target;
          case Reference.Local local -> known ? target : "./" + target;
          case Reference.Named named -> "./" + target;
        };
    if (plain.contains(" -") || plain.contains(" #") || plain.endsWith("\\")) {
      throw new Mistake(
          origin(line),
          "A path that cannot be installed",
          """
          reconcile installs what stands after -e, and without -e pip would not \
          understand "%s". Rename the folder.\
          """
              .formatted(target));
    }
    replace(line, plain);
  }

  private void replace(RequirementLine line, String text) {
    for (int number = line.first(); number <= line.last(); number++) {
      changed.put(number, number == line.first() ? text : "");
    }
  }
}

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

/** A requirements file while its lines are read, and what pip gets to read in place of some. */
final class OpenRequirements {
  private final String path;
  private final SourceFile file;
  private final RequirementsFile parsed;
  private final Map<Integer, String> changed = new TreeMap<>();

  /**
   * Opens a file.
   *
   * @param path as pip comes to it
   * @param file what is there
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

  /** The file as it was parsed. */
  RequirementsFile parsed() {
    return parsed;
  }

  /** Its path with all links followed. */
  String place() {
    return file.place();
  }

  /** What pip reads, without needless parts; empty if only the source's links keep it inside. */
  Optional<String> plainPath() {
    return SourcePaths.normalised(path);
  }

  /** The folder that it is in, as pip comes to it, with a slash at its end. */
  String folder() {
    return path.substring(0, path.lastIndexOf('/') + 1);
  }

  /** Where a line stands. */
  Origin origin(RequirementLine line) {
    return new Origin(path, line.first(), 0, Mistake.shortened(parsed.line(line.first())));
  }

  /** What pip gets to read. */
  Content content() {
    return changed.isEmpty() ? file.content() : new Content(parsed.with(changed), false);
  }

  /** Has absolute paths into the source lead to where pip finds it. */
  void moveToBuild(RequirementLine line, SourcePaths paths) {
    for (int number = line.first(); number <= line.last(); number++) {
      changed.put(number, paths.inBuild(parsed.line(number)));
    }
  }

  // folders that are only named to be left again may not be there where pip runs
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
   * Has a project installed that pip would use where it lies: nothing may point into a tree, since
   * other trees take its place.
   */
  void install(RequirementLine.Editable line, Reference reference, SourcePaths paths)
      throws Mistake {
    String what = paths.inBuild(line.what());
    boolean known = what.contains("/") || what.startsWith(".") || what.startsWith("file:");
    String plain =
        switch (reference) {
          case Reference.Remote remote when remote.scheme().indexOf('+') < 0 ->
              remote.scheme() + "+" + what;
          case Reference.Remote remote -> what;
          case Reference.Local local -> known ? what : "./" + what;
          case Reference.Named named -> "./" + what;
        };
    if (plain.contains(" -") || plain.contains(" #") || plain.endsWith("\\")) {
      throw new Mistake(
          origin(line),
          "A path that cannot be installed",
          """
          reconcile installs what stands after -e, and without -e pip would not \
          understand "%s". Rename the folder.\
          """
              .formatted(what));
    }
    replace(line, plain);
  }

  private void replace(RequirementLine line, String text) {
    for (int number = line.first(); number <= line.last(); number++) {
      changed.put(number, number == line.first() ? text : "");
    }
  }
}

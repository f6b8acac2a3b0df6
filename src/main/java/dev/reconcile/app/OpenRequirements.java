// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.Requirements.Mistake;
import dev.reconcile.app.Sources.SourceFile;
import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.Content;
import dev.reconcile.model.Origin;
import dev.reconcile.requirements.MalformedRequirements;
import dev.reconcile.requirements.Reference;
import dev.reconcile.requirements.RequirementLine;
import dev.reconcile.requirements.RequirementsFile;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A requirements file whose lines are being read, and the text that pip gets in place of some
 * lines.
 */
final class OpenRequirements {
  private static final Pattern EXTRAS = Pattern.compile("(\\[[^\\]]+\\])\\s*$");

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
      throw new Mistake(Origin.of(path), "Requirements not readable", path + ": " + e.getMessage());
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
   * Rewrites an editable requirement, which pip uses in place, for the tree that the app has when
   * it runs. A package of a URL stays: pip downloads it into the virtualenv.
   */
  void install(RequirementLine.Editable line, Reference reference, SourcePaths paths)
      throws Mistake {
    String target = line.what();
    switch (reference) {
      case Reference.Local local -> inPlace(line, local, paths);
      case Reference.Named _ -> replace(line, "./" + target);
      case Reference.Remote remote -> {
        // pip uses a package in place only if the URL tells its name
        String url = remote.scheme().indexOf('+') < 0 ? remote.scheme() + "+" + target : target;
        if (remote.name().isEmpty()) {
          replace(line, url);
        } else if (!url.equals(target)) {
          replace(line, "-e " + url);
        }
      }
    }
  }

  private void inPlace(RequirementLine.Editable line, Reference.Local local, SourcePaths paths)
      throws Mistake {
    String path = paths.within(local.path()).orElseThrow();
    Matcher extras = EXTRAS.matcher(line.what());
    if (path.contains("\"") || path.contains("\\") || path.contains("[") || path.contains("#")) {
      throw new Mistake(
          origin(line),
          "Unsupported character in path",
          "pip would not understand \"%s\" after -e. Rename the folder.".formatted(path));
    }
    replace(
        line,
        "-e \"${%s}%s%s\""
            .formatted(
                VenvKind.IN_PLACE,
                path.isEmpty() ? "" : "/" + path,
                extras.find() ? extras.group(1) : ""));
  }

  private void replace(RequirementLine line, String text) {
    for (int number = line.first(); number <= line.last(); number++) {
      changed.put(number, number == line.first() ? text : "");
    }
  }
}

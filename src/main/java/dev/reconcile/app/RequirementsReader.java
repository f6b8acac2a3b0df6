// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.Requirements.Gunicorn;
import dev.reconcile.app.Requirements.Mistake;
import dev.reconcile.app.Requirements.OverSsh;
import dev.reconcile.app.Sources.SourceFile;
import dev.reconcile.app.Sources.Unusable;
import dev.reconcile.model.Content;
import dev.reconcile.model.Origin;
import dev.reconcile.requirements.Reference;
import dev.reconcile.requirements.RequirementLine;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A reader of an app's requirements with all files that they include. It reads them as pip would,
 * without running pip.
 *
 * <p>Constant text is: names with versions, extras, markers and hashes; options about indexes;
 * URLs, with or without a hash; {@code --find-links} outside of the source, since its content may
 * change as that of an index may. References to the source are: {@code .}, any path, {@code file:},
 * {@code -e} of these, archives, and {@code --find-links} within the source.
 */
final class RequirementsReader {
  private static final int MOST_FILES = 100; // pip has no bound, but files may include each other

  private final Sources.Resolved code;
  private final SourcePaths paths;
  private final Map<String, String> variables;
  private final StringBuilder text = new StringBuilder();
  private final Set<String> inText = new HashSet<>();
  private final Set<String> read = new HashSet<>();
  private final Deque<String> open = new ArrayDeque<>();
  private final List<OpenRequirements> files = new ArrayList<>();
  private final List<OverSsh> overSsh = new ArrayList<>();
  private Optional<Origin> hashed = Optional.empty();
  private Gunicorn gunicorn = Gunicorn.ABSENT;
  private boolean usesTree;

  /**
   * @param code the app's source
   * @param paths the paths within it
   * @param variables the environment that pip runs in
   */
  RequirementsReader(Sources.Resolved code, SourcePaths paths, Map<String, String> variables) {
    this.code = code;
    this.paths = paths;
    this.variables = variables;
  }

  /**
   * Returns the requirements of several files; empty if one of them is missing.
   *
   * @param constraints files that only limit versions
   */
  Optional<Requirements> read(List<String> paths, List<String> constraints) throws Mistake {
    for (String path : paths) {
      Optional<SourceFile> file = file(path, Origin.of(path));
      if (file.isEmpty()) {
        return Optional.empty();
      }
      // the text of a single file stays equal to that of earlier versions
      text.append(paths.size() > 1 ? "# -r " + path + "\n" : "");
      read(path, file.get(), false);
    }
    for (String path : constraints) {
      Optional<SourceFile> file = file(path, Origin.of(path));
      if (file.isEmpty()) {
        throw new Mistake(
            Origin.of(path),
            "No such requirements file",
            "%s is not in %s, and venv.constraints names it.".formatted(path, this.paths.name()));
      }
      text.append("# -c ").append(path).append('\n');
      read(path, file.get(), true);
    }
    TreeMap<String, Content> contents = new TreeMap<>();
    for (OpenRequirements opened : files) {
      String place = usesTree ? opened.place() : opened.plainPath().orElse(opened.place());
      contents.put(place, opened.content());
    }
    return Optional.of(
        new Requirements(text.toString(), usesTree, contents, hashed, gunicorn, overSsh));
  }

  private Optional<SourceFile> file(String path, Origin origin) throws Mistake {
    try {
      return code.file(path);
    } catch (Unusable e) {
      boolean outside = SourcePaths.normalised(path).isEmpty();
      String summary = outside ? "Path outside the source" : e.summary();
      throw new Mistake(origin, summary, String.valueOf(e.getMessage()));
    }
  }

  private void read(String path, SourceFile file, boolean constraint) throws Mistake {
    OpenRequirements requirements = new OpenRequirements(path, file, variables);
    if (inText.add(path)) {
      append(file.content(), requirements.parsed().text());
    }
    if (!read.add(path + (constraint ? " as a constraint" : ""))) {
      return;
    }
    if (read.size() > MOST_FILES) {
      throw new Mistake(
          Origin.of(path),
          "Too many requirements files",
          "they include more than " + MOST_FILES + " files.");
    }
    open.push(path);
    for (RequirementLine line : requirements.parsed().lines()) {
      read(line, requirements, constraint);
    }
    open.pop();
    usesTree |= requirements.plainPath().isEmpty();
    files.add(requirements);
  }

  // Records of earlier versions hold the bytes as UTF-8; the text must stay equal to them.
  private void append(Content content, String decoded) {
    boolean utf8 = Arrays.equals(content.text().getBytes(StandardCharsets.UTF_8), content.bytes());
    String all = utf8 ? content.text() : decoded;
    text.append(all).append(all.endsWith("\n") || all.isEmpty() ? "" : "\n");
  }

  private void read(RequirementLine line, OpenRequirements file, boolean constraint)
      throws Mistake {
    switch (line) {
      case RequirementLine.Requirement requirement -> {
        if (requirement.hashed()) {
          demandHashes(file.origin(line));
        }
        refer(Reference.of(requirement.text()), line, file, constraint);
      }
      case RequirementLine.Editable editable -> {
        Reference reference = Reference.ofEditable(editable.what());
        refer(reference, line, file, constraint);
        file.install(editable, reference, paths);
      }
      case RequirementLine.Include include -> include(include, file);
      case RequirementLine.Options options -> {
        if (options.requireHashes()) {
          demandHashes(file.origin(line));
        }
        for (String place : options.findLinks()) {
          findLinks(Reference.ofPlace(place), line, file);
        }
      }
      case RequirementLine.Malformed malformed -> {} // pip will refuse it with its own message
    }
  }

  private void demandHashes(Origin origin) {
    hashed = hashed.or(() -> Optional.of(origin));
  }

  private void refer(
      Reference reference, RequirementLine line, OpenRequirements file, boolean constraint)
      throws Mistake {
    switch (reference) {
      case Reference.Named named -> bring(named.name(), named.conditional(), constraint);
      case Reference.Remote remote -> {
        bring(remote.name(), false, constraint);
        if (remote.scheme().endsWith("+ssh") || remote.scheme().endsWith("+sftp")) {
          overSsh.add(new OverSsh(remote.host(), file.origin(line)));
        }
      }
      case Reference.Local local -> {
        bring(local.name(), false, constraint);
        if (paths.within(local.path()).isEmpty()) {
          throw outside(local.path(), line, file);
        }
        usesTree = true;
        if (local.path().startsWith("/")) {
          file.moveToBuild(line, paths);
        }
      }
    }
  }

  private void bring(String name, boolean conditional, boolean constraint) {
    if (name.equals(Requirements.GUNICORN) && !constraint && gunicorn != Gunicorn.PRESENT) {
      gunicorn = conditional ? Gunicorn.CONDITIONAL : Gunicorn.PRESENT;
    }
  }

  // pip looks beside the file first, then in the folder that it runs in. An absolute path outside
  // the source is a directory of packages on the host and counts as an index.
  private void findLinks(Reference reference, RequirementLine line, OpenRequirements file)
      throws Mistake {
    if (!(reference instanceof Reference.Local local)) {
      return;
    }
    String path = local.path();
    boolean absolute = path.startsWith("/");
    boolean within =
        paths.within(path).isPresent()
            || (!absolute && paths.within(file.folder() + path).isPresent());
    if (!within && !absolute) {
      throw outside(path, line, file);
    }
    usesTree |= within;
    if (within && absolute) {
      file.moveToBuild(line, paths);
    }
  }

  private void include(RequirementLine.Include line, OpenRequirements file) throws Mistake {
    Reference reference = Reference.ofPlace(line.path());
    if (!(reference instanceof Reference.Local local) || !local.path().equals(line.path())) {
      throw new Mistake(
          file.origin(line),
          "Requirements from an address",
          """
          %s may change at any time without notice. Put the file into the source, \
          and write its path.\
          """
              .formatted(line.path()));
    }
    boolean absolute = line.path().startsWith("/");
    Optional<String> within = absolute ? paths.within(line.path()) : Optional.of(line.path());
    if (within.isEmpty()) {
      throw outside(line.path(), line, file);
    }
    String path = absolute ? within.get() : file.folder() + line.path();
    if (open.contains(path)) {
      throw new Mistake(
          file.origin(line),
          "Requirements that include themselves",
          path + " is included while it is being read.");
    }
    SourceFile target = file(path, file.origin(line)).orElseThrow(() -> missing(path, line, file));
    if (absolute) {
      file.moveToBuild(line, paths);
    }
    file.shorten(line, path, target);
    text.append("# ").append(line.path()).append('\n');
    read(path, target, line.constraint());
  }

  private Mistake missing(String path, RequirementLine line, OpenRequirements file) {
    return new Mistake(
        file.origin(line), "No such requirements file", path + " is not in " + paths.name() + ".");
  }

  private Mistake outside(String path, RequirementLine line, OpenRequirements file) {
    return new Mistake(
        file.origin(line),
        "Path outside the source",
        """
        %s is not within %s. Only what is in there can be installed by its \
        path: a change elsewhere would not be noticed.\
        """
            .formatted(path, paths.name()));
  }
}

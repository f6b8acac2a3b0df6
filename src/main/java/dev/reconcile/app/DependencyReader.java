// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.Requirements.Gunicorn;
import dev.reconcile.app.Requirements.Mistake;
import dev.reconcile.app.Sources.SourceFile;
import dev.reconcile.app.Sources.Unusable;
import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.Content;
import dev.reconcile.model.Digest;
import dev.reconcile.model.Installation;
import dev.reconcile.model.LockTool;
import dev.reconcile.model.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A reader of what an app installs: requirements files, the project itself, or a lock. It runs no
 * program and asks no index.
 */
final class DependencyReader {
  private static final String THE_PROJECT = ".";

  private final Sources.Resolved code;
  private final SourcePaths paths;
  private final Venv venv;

  /**
   * @param code the source that has the files
   * @param paths the paths within it
   * @param venv the virtualenv
   */
  DependencyReader(Sources.Resolved code, SourcePaths paths, Venv venv) {
    this.code = code;
    this.paths = paths;
    this.venv = venv;
  }

  /**
   * Returns what is installed by these files.
   *
   * @param items paths in the source; {@code .} is the project itself
   * @return empty if the source has no such file
   */
  Optional<Dependencies> read(List<String> items) throws Mistake, Unusable {
    Optional<LockTool> lock = items.stream().flatMap(i -> VenvSection.lockOf(i).stream()).findAny();
    boolean isProject = items.stream().anyMatch(DependencyReader::isProject);
    if (lock.isPresent()) {
      Optional<Dependencies> locked = lock(lock.get());
      demandProject(locked.isPresent(), lock.get() != LockTool.PYLOCK, lock.get());
      return locked.map(found -> found.headed(head()));
    }
    List<String> files = items.stream().filter(item -> !isProject(item)).toList();
    Optional<Requirements> read =
        new RequirementsReader(code, paths, VenvKind.ENVIRONMENT)
            .read(files, venv.options().constraints());
    if (read.isEmpty() || (isProject && !hasProject())) {
      return Optional.empty();
    }
    demandProject(!files.isEmpty() || isProject, isProject, LockTool.UV);
    Requirements all = isProject ? withProject(read.get()) : read.get();
    boolean alone = isProject && all.hashed().isPresent();
    Installation installation =
        new Installation(
            files,
            isProject && !alone ? List.of(project()) : List.of(),
            options(isProject),
            alone ? project() : "",
            Optional.empty(),
            venv.options().seesSystem(),
            login());
    Requirements counted = all.usingTree(wheelsWithin().isPresent());
    return Optional.of(new Dependencies(counted, installation).headed(head()));
  }

  private static boolean isProject(String item) {
    return item.equals(THE_PROJECT)
        || item.equals(ProjectFile.NAME)
        || item.equals(ProjectFile.SETUP);
  }

  private void demandProject(boolean isFound, boolean hasGroups, LockTool tool) throws Mistake {
    boolean isPipenv = tool == LockTool.PIPENV;
    boolean isMistake =
        (!hasGroups && !venv.options().groups().isEmpty())
            || ((!hasGroups || isPipenv) && !venv.options().extras().isEmpty());
    if (isFound && isMistake) {
      throw new Mistake(
          venv.origin(),
          "Extras without a project",
          """
          extras and groups are those of a project (install: .) or of a lock. \
          %s has none. Write an extra of a package into the file: celery[redis]\
          """
              .formatted(isPipenv ? "Pipfile.lock" : "What is installed here"));
    }
  }

  /** Tells whether the source is a project that pip can install. */
  boolean hasProject() throws Unusable {
    Optional<SourceFile> file = code.file(ProjectFile.NAME);
    return code.file(ProjectFile.SETUP).isPresent()
        || (file.isPresent() && new ProjectFile(text(file.get())).isProject());
  }

  private static String text(SourceFile file) {
    return file.content().text();
  }

  private String project() {
    List<String> extras = venv.options().extras();
    return THE_PROJECT + (extras.isEmpty() ? "" : "[" + String.join(",", extras) + "]");
  }

  private Requirements withProject(Requirements files) {
    String groups = String.join(",", venv.options().groups());
    String named = groups.isEmpty() ? "" : "# groups " + groups + "\n";
    return files.withText(files.text() + project() + "\n" + named).usingTree(true);
  }

  // A folder of the source changes with it. A directory of the host counts as an index.
  private Optional<String> wheelsWithin() {
    String wheels = venv.options().wheels();
    return wheels.isEmpty() ? Optional.empty() : paths.within(wheels);
  }

  // The text of pip's options, which identifies the virtualenv together with the requirements.
  private String head() {
    StringBuilder head = new StringBuilder();
    List<String> index = indexOptions();
    for (int i = 0; i < index.size(); i += 2) {
      head.append(index.get(i)).append(' ').append(index.get(i + 1)).append('\n');
    }
    if (!venv.options().wheels().isEmpty()) {
      head.append("--no-index\n");
    }
    return head + (venv.options().seesSystem() ? "# with the packages of the system\n" : "");
  }

  private List<String> indexOptions() {
    List<String> options = new ArrayList<>();
    venv.options()
        .index()
        .ifPresent(index -> {
          if (!index.url().isEmpty()) {
            options.addAll(List.of("--index-url", index.url()));
          }
          index.extra().forEach(url -> options.addAll(List.of("--extra-index-url", url)));
        });
    String wheels = venv.options().wheels();
    if (!wheels.isEmpty()) {
      options.addAll(
          List.of("--find-links", wheelsWithin().map(folder -> "./" + folder).orElse(wheels)));
    }
    return options;
  }

  private List<String> options(boolean isProject) {
    List<String> options = new ArrayList<>(indexOptions());
    if (!venv.options().wheels().isEmpty()) {
      options.add("--no-index");
    }
    venv.options().constraints().forEach(file -> options.addAll(List.of("-c", file)));
    if (isProject) {
      venv.options().groups().forEach(group -> options.addAll(List.of("--group", group)));
    }
    return options;
  }

  private Optional<Installation.IndexLogin> login() {
    return venv.options()
        .index()
        .filter(index -> !index.password().isEmpty())
        .map(index -> new Installation.IndexLogin(index.host(), index.user(), index.password()));
  }

  private Optional<Dependencies> lock(LockTool tool) throws Mistake, Unusable {
    Optional<SourceFile> file = code.file(tool.file());
    if (file.isEmpty()) {
      return Optional.empty();
    }
    SortedMap<String, Content> files = new TreeMap<>();
    files.put(tool.file(), file.get().content());
    Optional<SourceFile> beside =
        tool.beside().isEmpty() ? Optional.empty() : code.file(tool.beside());
    if (beside.isPresent()) {
      files.put(tool.beside(), beside.get().content());
    } else if (!tool.beside().isEmpty()) {
      throw new Mistake(
          venv.origin(),
          "Lock without its project",
          "%s reads %s beside %s, and the source has none."
              .formatted(tool.program(), tool.beside(), tool.file()));
    }
    Venv.Options options = venv.options();
    LockFile locked = LockFile.of(tool, text(file.get()), options.groups());
    boolean isInstalled =
        tool.beside().equals(ProjectFile.NAME)
            && new ProjectFile(beside.map(DependencyReader::text).orElse("")).isInstalled(code);
    boolean isByPip = isInstalled && tool == LockTool.POETRY;
    String index = tool == LockTool.PIPENV ? options.index().map(Venv.Index::url).orElse("") : "";
    Requirements requirements =
        new Requirements(
            text(files, locked, isInstalled),
            isInstalled || locked.usesTree() || wheelsWithin().isPresent(),
            files,
            Optional.of(Origin.of(tool.file())),
            isUnknown(file.get()) || locked.packages().containsKey(Requirements.GUNICORN)
                ? Gunicorn.PRESENT
                : Gunicorn.ABSENT,
            List.of());
    return Optional.of(
        new Dependencies(
            requirements,
            new Installation(
                List.of(),
                List.of(),
                options(false),
                isByPip ? THE_PROJECT : "",
                Optional.of(new Installation.Lock(tool, options.extras(), options.groups(), index)),
                options.seesSystem(),
                login())));
  }

  // An empty file is one that validate does not see.
  private static boolean isUnknown(SourceFile file) {
    return text(file).isEmpty();
  }

  private String text(SortedMap<String, Content> files, LockFile locked, boolean isInstalled) {
    StringBuilder text = new StringBuilder(locked.lines());
    files.forEach((name, content) ->
        text.append("# ")
            .append(name)
            .append(' ')
            .append(Digest.of(content.text()).hex())
            .append('\n'));
    Stream.of(venv.options().extras(), venv.options().groups())
        .forEach(words ->
            text.append(words.isEmpty() ? "" : "# with " + String.join(",", words) + "\n"));
    return text + (isInstalled ? THE_PROJECT + "\n" : "");
  }
}

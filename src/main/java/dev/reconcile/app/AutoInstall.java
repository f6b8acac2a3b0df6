// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.Requirements.Mistake;
import dev.reconcile.app.Sources.SourceFile;
import dev.reconcile.app.Sources.Unusable;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.Declarations;
import dev.reconcile.model.LockTool;
import java.util.List;
import java.util.Optional;

/**
 * The choice of what is installed for an app whose file does not say it: the first of the known
 * files that the source has.
 *
 * <p>Invariant: an app without {@code venv.install} keeps a virtualenv that contains gunicorn
 * alone, as earlier versions made it for each source without {@code requirements.txt}.
 */
record AutoInstall(
    App app, Sources.Resolved code, Declarations declarations, DependencyReader reader) {
  private static final String REQUIREMENTS = "requirements.txt";
  private static final List<LockTool> LOCKS =
      List.of(LockTool.UV, LockTool.POETRY, LockTool.PIPENV);

  /** A question about a virtualenv. */
  interface Question {
    /** Answers it for a virtualenv with these dependencies. */
    boolean of(Dependencies dependencies) throws Unusable, HostException;
  }

  /**
   * Returns what is installed.
   *
   * @param auto how the desired state asks for the choice
   * @param isKnown whether the virtualenvs of the host are known
   * @param isLive whether the app's virtualenv is made of some dependencies
   * @param isHere whether the app has a virtualenv on this host
   */
  Dependencies choose(Venv.Install.Auto auto, boolean isKnown, Question isLive, boolean isHere)
      throws Mistake, Unusable, HostException {
    Optional<Dependencies> requirements = reader.read(List.of(REQUIREMENTS));
    if (requirements.isPresent()) {
      Optional<String> lock = lock();
      lock.ifPresent(this::noteLock);
      return requirements.get();
    }
    Optional<String> found = lock();
    if (found.isEmpty() && reader.hasProject()) {
      found =
          Optional.of(
              code.file(ProjectFile.NAME).isPresent() ? ProjectFile.NAME : ProjectFile.SETUP);
    }
    Dependencies bare = reader.read(List.of()).orElseThrow();
    boolean keeps = !auto.isSet() && isLive.of(bare);
    if (found.isPresent() && !keeps) {
      return reader.read(List.of(found.get())).orElseThrow();
    }
    if (found.isPresent()) {
      declarations.warning(
          app.venv().origin(),
          "Dependencies not installed",
          """
          The virtualenv of %s contains gunicorn alone, and its source has %s. An \
          app that runs keeps its virtualenv. To install them, write venv: \
          {install: auto} into apps/%s.yaml; to keep it so, {install: none}.\
          """
              .formatted(app.name(), found.get(), app.name()));
    } else if (isKnown) {
      nothing(isHere);
    }
    return bare;
  }

  /** Returns whether the source has one of the known files. */
  boolean hasFiles() throws Mistake, Unusable, HostException {
    return code.file(REQUIREMENTS).isPresent() || lock().isPresent() || reader.hasProject();
  }

  private Optional<String> lock() throws Unusable {
    for (LockTool tool : LOCKS) {
      Optional<SourceFile> file = code.file(tool.file());
      // code that is not read has an empty file at each path
      if (file.isPresent() && !file.get().content().text().isEmpty()) {
        return Optional.of(tool.file());
      }
    }
    return Optional.empty();
  }

  private void noteLock(String lock) {
    declarations.notice(
        app.venv().origin(),
        "Lock file not used",
        """
        The source of %s has %s beside %s, and the latter is installed. Name \
        the one that counts as venv.install in apps/%s.yaml.\
        """
            .formatted(app.name(), lock, REQUIREMENTS, app.name()));
  }

  private void nothing(boolean isHere) {
    String summary = "No dependencies found";
    boolean gunicorn = app.gunicorn().isPresent();
    String detail =
        """
        The source of %s has neither %s nor a lock, pyproject.toml with a \
        project or setup.py%s. Name its file as venv.install in apps/%s.yaml. If \
        the app needs nothing%s, write venv: {install: none}.\
        """
            .formatted(
                app.name(),
                REQUIREMENTS,
                isHere && gunicorn ? ", so gunicorn alone is installed" : "",
                app.name(),
                gunicorn ? " but gunicorn" : "");
    if (isHere) {
      declarations.warning(app.venv().origin(), summary, detail);
    } else {
      declarations.fault(app.name(), app.venv().origin(), summary, detail);
    }
  }
}

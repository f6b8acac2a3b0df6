// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.Requirements.Gunicorn;
import dev.reconcile.app.Requirements.Mistake;
import dev.reconcile.app.Requirements.OverSsh;
import dev.reconcile.app.Sources.Unusable;
import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.Content;
import dev.reconcile.model.Digest;
import dev.reconcile.model.Live;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Step.Material;
import dev.reconcile.model.Step.SshAccess;
import dev.reconcile.model.Step.TreeRef;
import dev.reconcile.model.Step.VenvRecipe;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The inputs of an app's virtualenv: the interpreter, the requirements with the files that they
 * include, and the app's whole source if they refer to it.
 */
final class VenvPlan {
  private static final TreeRef NO_TREE = new TreeRef("", "", "");

  private final Facts facts;
  private final Declarations declarations;
  private final List<App> all;

  /**
   * @param all all apps of the host; a build cannot read the other apps' code
   */
  VenvPlan(Facts facts, Declarations declarations, List<App> all) {
    this.facts = facts;
    this.declarations = declarations;
    this.all = all;
  }

  VenvKind.Spec spec(App app, Sources.Resolved code) throws HostException {
    try {
      Requirements requirements = requirements(app, code);
      checkHashes(app, requirements);
      VenvKind.Spec spec = spec(app, code, requirements);
      demandKey(app, requirements, spec);
      return spec;
    } catch (Mistake e) {
      declarations.fault(app.name(), e.origin(), e.summary(), app.name() + ": " + e.getMessage());
    } catch (Unusable e) {
      declarations.fault(
          app.name(), app.venv().origin(), e.summary(), String.valueOf(e.getMessage()));
    }
    return spec(
        app,
        "",
        new VenvRecipe(
            app.name(),
            app.venv().python(),
            "",
            "",
            List.of(),
            Material.NONE,
            List.of(),
            SshAccess.NONE));
  }

  private Requirements requirements(App app, Sources.Resolved code) throws Mistake, HostException {
    Venv venv = app.venv();
    Sources.Resolved from = venv.list().isEmpty() ? code : new RepoList(venv);
    Optional<Requirements> own =
        new RequirementsReader(from, paths(app), VenvKind.ENVIRONMENT).read(venv.requirements());
    if (own.isEmpty() && venv.required() && isThere(app.source())) {
      String detail =
          "The source of %s has no %s at %s."
              .formatted(app.name(), venv.requirements(), code.revision());
      declarations.fault(app.name(), venv.origin(), "No such requirements file", detail);
    }
    return own.orElse(Requirements.NONE);
  }

  private SourcePaths paths(App app) throws HostException {
    Set<String> roots = new LinkedHashSet<>(List.of(app.directory()));
    if (app.source() instanceof App.Source.Existing) {
      roots.addAll(facts.follow(app.directory()).names());
    }
    return new SourcePaths("the source of " + app.name(), List.copyOf(roots));
  }

  // A source that is missing as a whole has a warning of its own.
  private boolean isThere(App.Source source) throws HostException {
    return !(source instanceof App.Source.Existing existing)
        || facts.follow(existing.path()).exists();
  }

  private static void checkHashes(App app, Requirements requirements) throws Mistake {
    Optional<Origin> hashed = requirements.hashed();
    if (hashed.isPresent() && requirements.gunicorn() == Gunicorn.ABSENT) {
      throw new Mistake(
          hashed.get(),
          "Hashes without gunicorn",
          """
          where one requirement has a hash, pip demands one of each, and \
          gunicorn, which runs %s, is not among them. Add it to %s with its \
          version and hashes, as pip-compile --generate-hashes writes them.\
          """
              .formatted(app.name(), app.venv().requirements()));
    }
  }

  private VenvKind.Spec spec(App app, Sources.Resolved code, Requirements requirements)
      throws Unusable, HostException {
    StringBuilder text = new StringBuilder(requirements.text());
    if (requirements.usesTree()) {
      text.append("# ").append(VenvKind.BUILT_FROM).append(code.state()).append('\n');
    }
    if (requirements.hashed().isEmpty()) {
      text.append("gunicorn\n");
    }
    boolean bare = requirements.hashed().isEmpty() && requirements.gunicorn() != Gunicorn.PRESENT;
    return spec(
        app,
        text.toString(),
        new VenvRecipe(
            app.name(),
            app.venv().python(),
            text.toString(),
            requirements.files().isEmpty() ? "" : app.venv().requirements(),
            bare ? List.of("gunicorn") : List.of(),
            material(app, code, requirements),
            othersCode(app, all),
            access(app, requirements)));
  }

  private static SshAccess access(App app, Requirements requirements) {
    return requirements.overSsh().isEmpty()
        ? SshAccess.NONE
        : new SshAccess(
            app.source().key(),
            requirements.overSsh().stream().map(OverSsh::host).distinct().toList());
  }

  // A virtualenv that exists already stays: root's key was good enough for it.
  private void demandKey(App app, Requirements requirements, VenvKind.Spec spec)
      throws Mistake, HostException {
    if (requirements.overSsh().isEmpty() || !app.source().key().isEmpty() || !facts.live()) {
      return;
    }
    Live found = new VenvKind().observe(facts, app.venv().directory(), Optional.of(spec));
    if (!(found instanceof Live.Present present) || !present.spec().equals(spec)) {
      throw new Mistake(
          requirements.overSsh().getFirst().origin(),
          "Private requirement without a key",
          """
          it is fetched over ssh, and root's own keys are not for builds. Name \
          the file of a key that may read it as source.key in apps/%s.yaml, such \
          as /etc/reconcile/keys/%s.\
          """
              .formatted(app.name(), app.name()));
    }
  }

  /**
   * Returns the directories of the other apps, which a build of {@code app} cannot see. A path
   * directly below / holds more than an app.
   */
  static List<String> othersCode(App app, List<App> all) {
    return all.stream()
        .filter(other -> !other.name().equals(app.name()))
        .map(App::directory)
        .filter(path -> path.indexOf('/', 1) > 0)
        .distinct()
        .toList();
  }

  private static Material material(App app, Sources.Resolved code, Requirements requirements) {
    TreeMap<String, Content> files = new TreeMap<>(requirements.files());
    boolean existing = app.source() instanceof App.Source.Existing;
    return new Material(
        requirements.usesTree() && !existing ? code.tree() : NO_TREE,
        requirements.usesTree() && existing ? app.directory() : "",
        app.user(),
        app.group(),
        files);
  }

  private VenvKind.Spec spec(App app, String text, VenvRecipe recipe) throws HostException {
    Venv venv = app.venv();
    String interpreter = interpreter(venv);
    String digest = Digest.of(venv.python() + "\n" + interpreter + "\n" + text).hex();
    String home = app.layout().venvs() + "/" + digest;
    return new VenvKind.Spec(venv.python(), interpreter, text, home, recipe);
  }

  // An interpreter that cannot be examined holds its app; Hindrances reports it.
  private String interpreter(Venv venv) {
    try {
      return facts.program(venv.python()).orElse("");
    } catch (HostException e) {
      return "";
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.Requirements.Gunicorn;
import dev.reconcile.app.Requirements.Mistake;
import dev.reconcile.app.Requirements.OverSsh;
import dev.reconcile.app.Sources.Unusable;
import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.PackageKind;
import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.Content;
import dev.reconcile.model.DataLink;
import dev.reconcile.model.Digest;
import dev.reconcile.model.Installation;
import dev.reconcile.model.Live;
import dev.reconcile.model.LockTool;
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
 * The inputs of an app's virtualenv: the interpreter, what is installed with the files that it
 * includes, and the app's whole source if they refer to it.
 */
final class VenvPlan {
  private static final TreeRef NO_TREE = new TreeRef("", "", "");

  private final Facts facts;
  private final Declarations declarations;
  private final ClosedToBuilds closed;

  /**
   * @param closed what a build cannot see
   */
  VenvPlan(Facts facts, Declarations declarations, ClosedToBuilds closed) {
    this.facts = facts;
    this.declarations = declarations;
    this.closed = closed;
  }

  /** Returns whether an app has a virtualenv. Without gunicorn, it may need none. */
  boolean isNeeded(App app, Sources.Resolved code) throws HostException {
    try {
      return switch (app.venv().install()) {
        case Venv.Install.Off _ -> false;
        case Venv.Install.IfNeeded _ -> choice(app, code).hasFiles();
        case Venv.Install.Auto _, Venv.Install.Nothing _, Venv.Install.OfRepo _ -> true;
        case Venv.Install.Named _ -> true;
      };
    } catch (Mistake | Unusable e) {
      return true; // reported where the virtualenv is planned
    }
  }

  VenvKind.Spec spec(App app, Sources.Resolved code) throws HostException {
    try {
      Dependencies dependencies = dependencies(app, code);
      if (app.gunicorn().isPresent()) {
        checkHashes(app, dependencies);
      }
      warnOfIndexes(app, dependencies.requirements());
      VenvKind.Spec spec = spec(app, code, dependencies);
      if (demands(app, dependencies) && !isLive(app, spec)) {
        demandKey(app, dependencies.requirements());
        demandTool(dependencies);
      }
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
            Installation.NONE,
            Material.NONE,
            List.of(),
            SshAccess.NONE));
  }

  private Dependencies dependencies(App app, Sources.Resolved code)
      throws Mistake, Unusable, HostException {
    Venv venv = app.venv();
    return switch (venv.install()) {
      case Venv.Install.Nothing _, Venv.Install.Off _ -> named(app, code, List.of());
      case Venv.Install.Named named -> named(app, code, named.paths());
      case Venv.Install.OfRepo list ->
          new DependencyReader(new RepoList(list.path(), list.content()), paths(app), venv)
              .read(List.of(list.path()))
              .orElseThrow();
      case Venv.Install.IfNeeded _ -> choose(app, code, new Venv.Install.Auto(true));
      case Venv.Install.Auto auto -> choose(app, code, auto);
    };
  }

  private AutoInstall choice(App app, Sources.Resolved code) throws HostException {
    return new AutoInstall(app, code, declarations, reader(app, code));
  }

  private Dependencies choose(App app, Sources.Resolved code, Venv.Install.Auto auto)
      throws Mistake, Unusable, HostException {
    return choice(app, code)
        .choose(
            auto,
            facts.live() && isThere(app.source()),
            bare -> isLive(app, spec(app, code, bare)),
            isHere(app));
  }

  private Dependencies named(App app, Sources.Resolved code, List<String> items)
      throws Mistake, Unusable, HostException {
    Optional<Dependencies> own = reader(app, code).read(items);
    if (own.isEmpty() && isThere(app.source())) {
      String detail =
          "The source of %s has no %s at %s."
              .formatted(app.name(), String.join(" or ", items), code.revision());
      declarations.fault(app.name(), app.venv().origin(), "No such requirements file", detail);
    }
    return own.isPresent() ? own.get() : reader(app, code).read(List.of()).orElseThrow();
  }

  private DependencyReader reader(App app, Sources.Resolved code) throws HostException {
    return new DependencyReader(code, paths(app), app.venv());
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

  private static void checkHashes(App app, Dependencies dependencies) throws Mistake {
    Requirements requirements = dependencies.requirements();
    Optional<Origin> hashed = requirements.hashed();
    if (hashed.isEmpty() || requirements.gunicorn() != Gunicorn.ABSENT) {
      return;
    }
    if (dependencies.lock().isPresent()) {
      throw new Mistake(
          hashed.get(),
          "Lock without gunicorn",
          """
          gunicorn, which runs %s, is not among what %s locks. Add it, as %s add \
          gunicorn does, and commit the lock.\
          """
              .formatted(
                  app.name(), hashed.get().file(), dependencies.lock().get().tool().program()));
    }
    throw new Mistake(
        hashed.get(),
        "Hashes without gunicorn",
        """
        where one requirement has a hash, pip demands one of each, and \
        gunicorn, which runs %s, is not among them. Add it to %s with its \
        version and hashes, as pip-compile --generate-hashes writes them.\
        """
            .formatted(app.name(), String.join(" or ", dependencies.installation().files())));
  }

  private void warnOfIndexes(App app, Requirements requirements) {
    Optional<Venv.Index> index = app.venv().options().index();
    if (index.isPresent() && !index.get().extra().isEmpty() && requirements.hashed().isEmpty()) {
      declarations.warning(
          index.get().origin(),
          "Further index without hashes",
          """
          pip takes the highest version that any index of %s has, so a stranger \
          can publish a higher one under the name of a private package. Add hashes \
          to the requirements, or use one index.\
          """
              .formatted(app.name()));
    }
  }

  private VenvKind.Spec spec(App app, Sources.Resolved code, Dependencies dependencies)
      throws Unusable, HostException {
    Requirements requirements = dependencies.requirements();
    StringBuilder text = new StringBuilder(requirements.text());
    if (requirements.usesTree()) {
      text.append("# ").append(VenvKind.BUILT_FROM).append(code.state()).append('\n');
    }
    boolean gunicorn = app.gunicorn().isPresent();
    if (!gunicorn) {
      text.append(VenvKind.WITHOUT_GUNICORN);
    } else if (requirements.hashed().isEmpty()) {
      text.append(Requirements.GUNICORN + "\n");
    }
    List<DataLink> links = AppData.links(app, DataFolder.Where.VENV);
    DataLink.identity(links).lines().forEach(line -> text.append("# ").append(line).append('\n'));
    return spec(
        app,
        text.toString(),
        new VenvRecipe(
            app.name(),
            app.venv().python(),
            text.toString(),
            gunicorn ? dependencies.withGunicorn() : dependencies.installation(),
            material(app, code, requirements),
            closed.to(app),
            access(app, requirements),
            links));
  }

  private static SshAccess access(App app, Requirements requirements) {
    return requirements.overSsh().isEmpty()
        ? SshAccess.NONE
        : new SshAccess(
            app.source().key(),
            requirements.overSsh().stream().map(OverSsh::host).distinct().toList());
  }

  private boolean isHere(App app) {
    return observed(app, spec(app)) instanceof Live.Present;
  }

  private VenvKind.Spec spec(App app) {
    return spec(app, "", VenvRecipe.NONE);
  }

  private boolean isLive(App app, VenvKind.Spec spec) {
    return observed(app, spec) instanceof Live.Present present && present.spec().equals(spec);
  }

  // A path that cannot be read is reported by the observation of the plan, with its place. Until
  // then, the virtualenv counts as there.
  private Live observed(App app, VenvKind.Spec spec) {
    if (!facts.live()) {
      return Live.ABSENT;
    }
    try {
      return new VenvKind().observe(facts, app.venv().directory(), Optional.of(spec));
    } catch (HostException e) {
      return new Live.Present(spec, true);
    }
  }

  // Whether a virtualenv that is still to be built needs more than pip.
  private boolean demands(App app, Dependencies dependencies) {
    return facts.live()
        && (lacksKey(app, dependencies.requirements()) || dependencies.lock().isPresent());
  }

  private static boolean lacksKey(App app, Requirements requirements) {
    return !requirements.overSsh().isEmpty() && app.source().key().isEmpty();
  }

  // A virtualenv that exists already stays: root's key was good enough for it.
  private static void demandKey(App app, Requirements requirements) throws Mistake {
    if (lacksKey(app, requirements)) {
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

  // A virtualenv that exists already needs no tool.
  private void demandTool(Dependencies dependencies) throws Mistake, HostException {
    if (dependencies.lock().isEmpty()) {
      return;
    }
    LockTool tool = dependencies.lock().get().tool();
    boolean isToCome =
        declarations.has(
            PackageKind.address(tool.debian().isEmpty() ? tool.program() : tool.debian()));
    if (!isToCome && facts.program(tool.program()).isEmpty()) {
      throw new Mistake(
          Origin.of(tool.file()),
          "Lock tool not found",
          """
          %s installs what this file locks, and is not on this host. %s.\
          """
              .formatted(
                  tool.program(),
                  tool.debian().isEmpty()
                      ? "Debian has no package of it. Install it below /usr/local/bin"
                      : "Add it to reconcile.yaml: packages: [" + tool.debian() + "]"));
    }
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

  private VenvKind.Spec spec(App app, String text, VenvRecipe recipe) {
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

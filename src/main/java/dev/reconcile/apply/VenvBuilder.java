// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.SealPolicy;
import dev.reconcile.host.Stat;
import dev.reconcile.kind.UserKind;
import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Step.VenvRecipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The builder of virtualenvs. pip, and the package code that it runs, is untrusted: it runs as a
 * separate user in a {@link BuildSandbox}. There it sees the virtualenv at its final path, because
 * scripts in it contain that path. The result is sealed, and its record is written last, so a
 * virtualenv with a record is complete and owned by root.
 */
final class VenvBuilder {
  /** More than any virtualenv needs; a larger one would fill the disk. */
  private static final long MOST_BYTES = 20L << 30;

  private static final int MOST_FILES = 1_000_000;

  private final Host host;
  private final TreeExporter trees;
  private final PipTools tools;
  private final Progress progress;

  VenvBuilder(Host host, TreeExporter trees, PipTools tools, Progress progress) {
    this.host = host;
    this.trees = trees;
    this.tools = tools;
    this.progress = progress;
  }

  void build(String home, VenvRecipe recipe, BuildUserPool builders)
      throws HostException, StepException {
    if (host.facts().stat(home + "/" + VenvKind.RECORD).isPresent()) {
      return;
    }
    Optional<String> interpreter = host.facts().program(recipe.python());
    if (interpreter.isEmpty()) {
      throw new StepException(
          "Python interpreter not found", recipe.python() + " is not on this host.");
    }
    if (builders.isEmpty()) {
      throw noBuildUser();
    }
    try (BuildUserPool.Turn turn = builders.take();
        Progress.Ongoing _ = progress.begins(recipe.app(), "building its virtualenv")) {
      make(new BuildDirectories(host, turn.user()), home, recipe, interpreter.get());
    }
  }

  static StepException noBuildUser() {
    return new StepException(
        "No build user",
        "This host has no system user %s1, and it could not be created."
            .formatted(UserKind.BUILDER));
  }

  private void make(BuildDirectories room, String home, VenvRecipe recipe, String interpreter)
      throws HostException, StepException {
    room.make();
    try {
      room.fill(recipe.material(), trees);
      Map<String, String> settings = PipSettings.give(host, room);
      IndexPassword password = IndexPassword.give(host, room, recipe.installation().login());
      room.give();
      BuildSandbox sandbox = sandbox(room, home, recipe, interpreter).reading(settings);
      // Python would import modules of the current directory, such as json.py
      new Build(host, room, sandbox, Map.of(), recipe.app())
          .run("python3-venv", venv(home, recipe, interpreter));
      List<String> programs = programs(room.product());
      Pip pip = Pip.of(host, tools, room, sandbox, home, recipe, interpreter, programs);
      InPlaceTree tree = InPlaceTree.of(recipe, home);
      try (Progress.Ongoing _ = progress.begins(recipe.app(), "installing its requirements")) {
        tree.make(new Build(host, room, sandbox, Map.of(), recipe.app()));
        install(room, sandbox, pip, recipe, tree.environment());
        tree.complete(new Build(host, room, sandbox, Map.of(), recipe.app()));
      } catch (StepException e) {
        throw password.masked(e);
      }
      seal(room, home, recipe, interpreter, programs);
    } finally {
      room.remove();
    }
  }

  private static List<String> venv(String home, VenvRecipe recipe, String interpreter) {
    List<String> argv =
        new ArrayList<>(List.of("--chdir=/", interpreter, "-m", "venv", home, "--without-pip"));
    if (recipe.installation().seesSystem()) {
      argv.add("--system-site-packages");
    }
    return argv;
  }

  private void install(
      BuildDirectories room,
      BuildSandbox sandbox,
      Pip pip,
      VenvRecipe recipe,
      Map<String, String> environment)
      throws HostException, StepException {
    Map<String, String> variables = new TreeMap<>(environment);
    variables.putAll(pip.environment());
    BuildSandbox ofPip = sandbox.reading(pip.readable());
    if (recipe.access().key().isEmpty()) {
      run(pip, new Build(host, room, ofPip, variables, recipe.app()));
      return;
    }
    variables.putAll(KeyAgent.environment());
    Map<String, String> own = new TreeMap<>(Map.of(VenvKind.SOURCE, room.source()));
    KeyAgent.folder(room).forEach((folder, path) -> own.put(path, folder));
    BuildSandbox ofAgent =
        new BuildSandbox(room.user(), VenvKind.SOURCE, own, Map.of(), recipe.hidden());
    try (KeyAgent _ = KeyAgent.start(host, room, ofAgent, recipe.access())) {
      run(
          pip,
          new Build(host, room, ofPip.reading(KeyAgent.folder(room)), variables, recipe.app()));
    }
  }

  private static void run(Pip pip, Build build) throws HostException, StepException {
    for (Pip.Call call : pip.calls()) {
      build.run(call.name(), call.argv());
    }
  }

  private BuildSandbox sandbox(
      BuildDirectories room, String home, VenvRecipe recipe, String interpreter)
      throws HostException {
    Map<String, String> writable = new TreeMap<>();
    writable.put(home, room.product());
    writable.put(VenvKind.SOURCE, room.source());
    writable.put(VenvKind.HOME, room.home());
    InPlaceTree tree = InPlaceTree.of(recipe, home);
    if (!tree.isCopied() && !tree.path().isEmpty()) {
      writable.put(tree.path(), room.source());
    }
    return new BuildSandbox(
        room.user(),
        VenvKind.SOURCE,
        writable,
        interpretersFolder(interpreter),
        hidden(recipe, tree));
  }

  // Two apps may run from one directory. systemd would make the build's copy at a hidden path
  // read-only.
  private List<String> hidden(VenvRecipe recipe, InPlaceTree tree) throws HostException {
    if (tree.isCopied() || tree.path().isEmpty()) {
      return recipe.hidden();
    }
    String place = host.facts().follow(tree.path()).place();
    List<String> hidden = new ArrayList<>();
    for (String path : recipe.hidden()) {
      if (!host.facts().follow(path).place().equals(place)) {
        hidden.add(path);
      }
    }
    return hidden;
  }

  /**
   * Returns the directory of an interpreter, to be readable at its path: home directories and apps
   * are hidden, and an interpreter may be in one of them.
   */
  static Map<String, String> interpretersFolder(String interpreter) {
    int bin = interpreter.lastIndexOf("/bin/");
    String folder = bin > 0 ? interpreter.substring(0, bin) : "";
    boolean ofTheSystem = folder.equals("/usr") || folder.equals("/usr/local");
    return folder.isEmpty() || ofTheSystem ? Map.of() : Map.of(folder, folder);
  }

  // the links that the interpreter's venv module made, before any code of the app ran
  private List<String> programs(String product) throws HostException {
    Facts facts = host.facts();
    List<String> programs = new ArrayList<>();
    for (String name : facts.list(product + "/bin")) {
      Optional<Stat> stat = facts.stat(product + "/bin/" + name);
      if (stat.isPresent() && stat.get().type() == Stat.Type.LINK) {
        programs.add(facts.readLink(product + "/bin/" + name));
      }
    }
    return programs;
  }

  private void seal(
      BuildDirectories room,
      String home,
      VenvRecipe recipe,
      String interpreter,
      List<String> programs)
      throws HostException, StepException {
    int slash = home.lastIndexOf('/');
    String staging = home.substring(0, slash) + "/.new-" + home.substring(slash + 1);
    host.makeDirectory(home.substring(0, slash), FileAttributes.root(0755));
    try {
      host.seal(
          room.product(),
          staging,
          new SealPolicy(room.user(), List.of(home), programs, MOST_BYTES, MOST_FILES));
    } catch (HostException e) {
      host.discardTree(staging);
      throw new StepException(
          "Virtualenv rejected",
          "%s: the requirements made a virtualenv that is not accepted: %s"
              .formatted(recipe.app(), e.getMessage()));
    }
    if (VenvKind.isOfGunicorn(recipe) && host.facts().stat(staging + "/bin/gunicorn").isEmpty()) {
      host.discardTree(staging);
      throw new StepException(
          "Virtualenv without gunicorn",
          "%s: its requirements do not install gunicorn on this host.".formatted(recipe.app()));
    }
    DataLinks.make(host, staging, recipe.links());
    host.writeState(
        staging + "/" + VenvKind.RECORD,
        Content.of("python " + interpreter + "\n" + recipe.requirements()),
        FileAttributes.root(0644));
    host.discardTree(home); // an incomplete one of an earlier version of reconcile
    host.publish(staging, home);
  }
}

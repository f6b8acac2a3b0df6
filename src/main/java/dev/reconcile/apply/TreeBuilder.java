// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.SealPolicy;
import dev.reconcile.host.Stat;
import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.BuildRecipe;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Step;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The builder of source trees with build steps. The commands are untrusted: they run as a separate
 * user in a {@link BuildSandbox}. There they see the tree at its final path, and only they can
 * write to it. The result is sealed and then published under that path by a rename, so a tree at
 * its path is complete and owned by root.
 */
final class TreeBuilder {
  /** More than any app needs; a larger tree would fill the disk. */
  private static final long MOST_BYTES = 8L << 30;

  private static final int MOST_FILES = 200_000;

  private final Host host;
  private final TreeExporter trees;
  private final Progress progress;

  TreeBuilder(Host host, TreeExporter trees, Progress progress) {
    this.host = host;
    this.trees = trees;
    this.progress = progress;
  }

  /** Builds a tree, unless it is there as it was built. */
  void build(Step.BuildTree step, BuildUserPool builders) throws HostException, StepException {
    boolean isThere = host.facts().stat(step.directory()).isPresent();
    if (isThere && !isEdited(step)) {
      return;
    }
    if (builders.isEmpty()) {
      throw VenvBuilder.noBuildUser();
    }
    try (BuildUserPool.Turn turn = builders.take();
        Progress.Ongoing _ = progress.begins(step.recipe().app(), "running its build steps")) {
      make(new BuildDirectories(host, turn.user()), step, isThere);
    }
  }

  // A tree that the app's link names changes after the link was made; another tree, after its own
  // directory was put in place.
  private boolean isEdited(Step.BuildTree step) throws HostException {
    Facts facts = host.facts();
    String link = step.recipe().directory();
    Optional<Stat> stat = facts.stat(link);
    boolean isLive =
        stat.isPresent()
            && stat.get().type() == Stat.Type.LINK
            && facts.readLink(link).equals(step.directory());
    String since = isLive ? link : step.directory();
    return !facts.changedSince(since, step.directory()).isEmpty();
  }

  private void make(BuildDirectories room, Step.BuildTree step, boolean isThere)
      throws HostException, StepException {
    room.make();
    try {
      trees.export(step.tree(), host.onDisk(room.source()));
      room.give();
      run(room, step);
      seal(room, step, isThere);
    } finally {
      room.remove();
    }
  }

  private void run(BuildDirectories room, Step.BuildTree step) throws HostException, StepException {
    BuildRecipe recipe = step.recipe();
    Build build = new Build(host, room, sandbox(room, step), Map.of(), recipe.app());
    Map<String, String> variables = variables(recipe, venv(recipe));
    int number = 0;
    for (BuildRecipe.Command command : recipe.steps()) {
      number++;
      build.step(number, command, variables, output -> hint(recipe, output));
    }
  }

  // The name in the plan depends on the interpreter, and the virtualenv may be older than that.
  private String venv(BuildRecipe recipe) throws HostException {
    if (recipe.venv().home().isEmpty()) {
      return ""; // the app has none
    }
    return host.facts().stat(recipe.venv().home()).isPresent()
        ? recipe.venv().home()
        : host.facts().realPath(recipe.venv().directory()).orElse(recipe.venv().home());
  }

  private static Map<String, String> variables(BuildRecipe recipe, String venv) {
    Map<String, String> variables = new TreeMap<>(recipe.environment());
    String usual = String.valueOf(VenvKind.ENVIRONMENT.get("PATH"));
    String path = recipe.environment().getOrDefault("PATH", usual);
    if (venv.isEmpty()) {
      variables.put("PATH", path);
      return variables;
    }
    variables.put("PATH", venv + "/bin:" + path);
    variables.put("VIRTUAL_ENV", venv);
    return variables;
  }

  private static String hint(BuildRecipe recipe, String output) {
    return recipe.withheld().stream()
        .filter(name -> output.matches("(?s).*\\b" + name + "\\b.*"))
        .findFirst()
        .map(name ->
            """

            A build gets no secrets. If it needs a value of %s, set a substitute under \
            build.env.\
            """
                .formatted(name))
        .orElse("");
  }

  private BuildSandbox sandbox(BuildDirectories room, Step.BuildTree step) throws HostException {
    BuildRecipe recipe = step.recipe();
    Map<String, String> writable = new TreeMap<>();
    writable.put(step.directory(), room.source());
    writable.put(VenvKind.HOME, room.home());
    Map<String, String> readable =
        new TreeMap<>(VenvBuilder.interpretersFolder(interpreter(recipe)));
    String venv = venv(recipe);
    if (!venv.isEmpty()) {
      readable.put(venv, venv);
    }
    live(recipe.directory(), step.directory()).ifPresent(path -> writable.put(path, room.source()));
    return new BuildSandbox(room.user(), step.directory(), writable, readable, recipe.hidden());
  }

  /**
   * Returns another path at which a build sees its own tree, because settings and variables may
   * name the app's directory: the present tree to which that directory leads, or the directory
   * itself if it is below a directory that is hidden from builds. Elsewhere, systemd would create
   * the directory on the host.
   */
  private Optional<String> live(String directory, String home) throws HostException {
    if (BuildSandbox.isHidden(directory)) {
      return Optional.of(directory);
    }
    Optional<Stat> stat = host.facts().stat(directory);
    return stat.isPresent() && stat.get().type() == Stat.Type.LINK
        ? Optional.of(host.facts().readLink(directory))
            .filter(BuildSandbox::isHidden)
            .filter(path -> !path.equals(home))
        : Optional.empty();
  }

  private String interpreter(BuildRecipe recipe) throws HostException {
    return host.facts().program(recipe.venv().python()).orElse("");
  }

  // The links of the virtualenv were made before any code of an app ran.
  private List<String> interpreters(BuildRecipe recipe) throws HostException {
    Set<String> paths = new LinkedHashSet<>();
    if (recipe.venv().home().isEmpty()) {
      return List.of();
    }
    String bin = venv(recipe) + "/bin";
    for (String name : host.facts().list(bin)) {
      Optional<Stat> stat = host.facts().stat(bin + "/" + name);
      if (name.startsWith("python") && stat.isPresent() && stat.get().type() == Stat.Type.LINK) {
        paths.add(host.facts().readLink(bin + "/" + name));
      }
    }
    paths.add(interpreter(recipe));
    return paths.stream().filter(path -> path.startsWith("/")).toList();
  }

  private void seal(BuildDirectories room, Step.BuildTree step, boolean isThere)
      throws HostException, StepException {
    BuildRecipe recipe = step.recipe();
    int slash = step.directory().lastIndexOf('/');
    String staging =
        step.directory().substring(0, slash) + "/.new-" + step.directory().substring(slash + 1);
    host.makeDirectory(step.directory().substring(0, slash), FileAttributes.root(0755));
    SealPolicy policy =
        new SealPolicy(
            room.user(),
            Stream.of(step.directory(), venv(recipe)).filter(path -> !path.isEmpty()).toList(),
            interpreters(recipe),
            MOST_BYTES,
            MOST_FILES);
    try {
      host.seal(room.source(), staging, policy);
    } catch (HostException e) {
      host.discardTree(staging);
      throw new StepException(
          "Build result rejected",
          "%s: its build steps made a tree that is not accepted: %s"
              .formatted(recipe.app(), e.getMessage()));
    }
    try {
      DataLinks.make(host, staging, step.links());
    } catch (HostException | StepException e) {
      host.discardTree(staging);
      throw e;
    }
    if (isThere) {
      host.backUp(step.directory());
    }
    host.publish(staging, step.directory());
  }
}

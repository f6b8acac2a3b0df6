// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Live;
import dev.reconcile.model.Phase;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Step;
import dev.reconcile.model.Step.VenvRecipe;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An app's virtualenv. Its name is its directory, which is a link into the store, as with a
 * checkout: reconcile builds a new one beside the old one and renames the link over. It rebuilds
 * only when the requirements or the interpreter change.
 */
public final class VenvKind implements PathKind<VenvKind.Spec> {
  /** The kind's name in addresses. */
  public static final String NAME = "venv";

  /**
   * The file inside a virtualenv that records what it was built of. It is written last, so its
   * presence means that the virtualenv is complete.
   */
  public static final String RECORD = "reconcile-venv.txt";

  /** The directory with pip's own files, besides the virtualenv that it builds. */
  public static final String BUILD = "/var/lib/reconcile/build";

  /** The home of the build user, which only that build sees. */
  public static final String HOME = BUILD + "/home";

  /** The directory that pip runs in, with the material of the virtualenv. */
  public static final String SOURCE = BUILD + "/source";

  /** The variable of pip's environment that names the tree whose projects are used in place. */
  public static final String IN_PLACE = "RECONCILE_TREE";

  /** The line in a record of a virtualenv that gunicorn is not added to. */
  public static final String WITHOUT_GUNICORN = "# without gunicorn\n";

  /** Tells whether gunicorn runs the app of a virtualenv. */
  public static boolean isOfGunicorn(Step.VenvRecipe recipe) {
    return !recipe.requirements().contains(WITHOUT_GUNICORN);
  }

  /** The text in a record, as a comment, before the name of the source that was installed. */
  public static final String BUILT_FROM = "built from the source at ";

  /**
   * The environment that pip runs in. Requirements can name its variables, whoever starts the run.
   */
  public static final SortedMap<String, String> ENVIRONMENT = environment();

  private static final String HEADING = "python ";

  private static SortedMap<String, String> environment() {
    SortedMap<String, String> variables = new TreeMap<>();
    variables.put("HOME", HOME);
    variables.put("LC_ALL", "C.UTF-8");
    variables.put("NO_COLOR", "1");
    variables.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    variables.put("PIP_DISABLE_PIP_VERSION_CHECK", "1");
    variables.put("PIP_NO_CACHE_DIR", "1");
    // Nobody can answer a question, so a program that asks must fail with its message.
    variables.put("PIP_NO_INPUT", "1");
    variables.put("GIT_TERMINAL_PROMPT", "0");
    variables.put("GIT_SSH_COMMAND", "ssh -oBatchMode=yes -oStrictHostKeyChecking=yes");
    variables.put("SSH_ASKPASS_REQUIRE", "never");
    return Collections.unmodifiableSortedMap(variables);
  }

  /**
   * A virtualenv, desired or live.
   *
   * @param python the interpreter's name or path as declared
   * @param interpreter the interpreter's file on this host; empty while it is not installed
   * @param requirements the text of the requirements
   * @param home the path of this virtualenv in the store
   * @param recipe the instructions to build it
   */
  public record Spec(
      String python, String interpreter, String requirements, String home, VenvRecipe recipe) {
    /** Returns the directory that holds the app's virtualenvs. */
    public String store() {
      return home.substring(0, home.lastIndexOf('/'));
    }

    /** Returns the text of {@link #RECORD}. */
    public String record() {
      return HEADING + interpreter + "\n" + requirements;
    }
  }

  /** Returns the address of the virtualenv at {@code path}. */
  public static Address address(String path) {
    return new Address(NAME, path);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean bringsPrograms() {
    return true;
  }

  @Override
  public boolean isVersioned() {
    return true;
  }

  @Override
  public Class<Spec> specType() {
    return Spec.class;
  }

  @Override
  public Live observe(Facts facts, String path, Optional<Spec> desired) throws HostException {
    return facts.live()
        ? PathKind.super.observe(facts, path, desired)
        : new Live.Unknowable("virtualenvs");
  }

  @Override
  public Stat.Type fileType() {
    return Stat.Type.LINK;
  }

  @Override
  public Live observe(Facts facts, String path, Stat stat, Optional<Spec> desired)
      throws HostException {
    String target = facts.readLink(path);
    if (desired.isEmpty()) {
      return new Live.Present(new Spec("", "", "", target, VenvRecipe.NONE), true);
    }
    Spec wanted = desired.get();
    if (!VersionedTree.isOurs(target, wanted.store())) {
      return new Live.Obstructed("a link to " + target);
    }
    if (!target.startsWith(wanted.store() + "/")) {
      String other = target.substring(0, target.lastIndexOf('/'));
      String app = other.substring(other.lastIndexOf('/') + 1);
      return new Live.Present(
          new Spec("", "", "(of " + app + ")\n", target, wanted.recipe()), true);
    }
    return new Live.Present(compare(facts, target, wanted), true);
  }

  // The name in the store is ignored: it may have been chosen before Python was installed.
  private static Spec compare(Facts facts, String home, Spec wanted) throws HostException {
    String file = home + "/" + RECORD;
    if (facts.stat(file).isEmpty() || facts.stat(home + "/bin/python").isEmpty()) {
      return new Spec("", "", "(not whole)\n", home, wanted.recipe());
    }
    String record = facts.readText(file, Limits.CONFIG_FILE);
    if (record.equals(wanted.record())) {
      return wanted;
    }
    int end = record.indexOf('\n');
    String first = end < 0 ? record : record.substring(0, end);
    return new Spec(
        wanted.python(),
        first.startsWith(HEADING) ? first.substring(HEADING.length()) : first,
        record.substring(end + 1),
        home,
        wanted.recipe());
  }

  @Override
  public String render(Spec spec) {
    if (spec.interpreter().isEmpty() && spec.requirements().isEmpty()) {
      return spec.home() + "\n"; // only remembered: nothing but its path is known
    }
    return HEADING + spec.interpreter() + "\n" + spec.requirements();
  }

  @Override
  public List<PhasedStep> steps(Change change) {
    String path = change.address().name();
    return switch (change) {
      case Change.Create c -> build(path, cast(c.after().spec()), false, List.of());
      case Change.Update u ->
          build(path, cast(u.after().spec()), false, List.of(nameOf(cast(u.before()))));
      case Change.TakeOver t -> build(path, cast(t.after().spec()), true, List.of());
      case Change.Delete d ->
          // The link is removed last: if the run ends in between, the link still tells the next run
          // of the store.
          List.of(
              removing(
                  d.owned().role(), new Step.DiscardTrees(cast(d.before()).store(), List.of())),
              removing(d.owned().role(), new Step.Remove(path)));
    };
  }

  private static String nameOf(Spec spec) {
    return spec.home().substring(spec.home().lastIndexOf('/') + 1);
  }

  private static List<PhasedStep> build(
      String path, Spec spec, boolean moveAway, List<String> earlier) {
    PhasedStep make = new PhasedStep(Phase.VENVS, new Step.BuildVenv(spec.home(), spec.recipe()));
    return VersionedTree.put(make, path, spec.home(), moveAway, earlier);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.host.UnitFacts;
import dev.reconcile.model.Address;
import dev.reconcile.model.BuildRecipe;
import dev.reconcile.model.Change;
import dev.reconcile.model.DataLink;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Live;
import dev.reconcile.model.ManualEdits;
import dev.reconcile.model.Phase;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Step;
import dev.reconcile.model.Step.TreeRef;
import dev.reconcile.model.TreeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An app's source at a revision. Its name is the app's directory, which is a link to a tree of that
 * revision in the store. reconcile writes a new revision beside the old one and renames the link
 * over, so the directory holds the old tree or the new one and never a mixture.
 *
 * <p>The tree of an app with build steps is named after the revision and the digest of the build,
 * so an earlier revision keeps its own result. While another tree is put in place, a second link
 * (see {@link Layout#earlier}) is made to the tree that it replaces: nginx serves static files from
 * there that the new tree does not have.
 */
public final class CheckoutKind implements PathKind<CheckoutKind.Spec> {
  /** The kind's name in addresses. */
  public static final String NAME = "checkout";

  /**
   * A checkout, desired or live.
   *
   * @param source the origin of the code, for messages
   * @param revision the name of the content: a commit's id, or a tree's for a folder of the repo;
   *     of a live checkout the name of its tree
   * @param store the directory that holds the app's trees, one named after each revision
   * @param tree the tree to export
   * @param unit the unit that runs from the checkout: while it runs, observe does not search for
   *     manual edits, which would read each file's metadata; empty to search in any case
   * @param links the links to data that the tree has
   * @param build the build steps that complete the tree
   */
  public record Spec(
      String source,
      String revision,
      String store,
      TreeRef tree,
      String unit,
      List<DataLink> links,
      BuildRecipe build) {
    public Spec {
      links = List.copyOf(links);
    }

    /** Creates a checkout without links to data and without build steps. */
    public Spec(String source, String revision, String store, TreeRef tree, String unit) {
      this(source, revision, store, tree, unit, List.of(), BuildRecipe.NONE);
    }

    /** Returns the path of this revision's tree. */
    public String home() {
      return store + "/" + name();
    }

    // A remark after the revision is no part of its name. A live tree has its whole name.
    private String name() {
      String name = revision.split(" ", 2)[0];
      return TreeName.ofPath(name).variant().isEmpty() ? named(name).text() : name;
    }

    private TreeName named(String plain) {
      String others = tree.part() + DataLink.identity(links);
      return others.isEmpty()
          ? new TreeName(plain, build.digest())
          : TreeName.of(plain, List.of(tree.part(), DataLink.identity(links), build.digest()));
    }

    /** Returns the revision, with the remark, without what else names the tree. */
    String shown() {
      String name = revision.split(" ", 2)[0];
      return TreeName.ofPath(name).revision() + revision.substring(name.length());
    }

    private String earlier() {
      return CheckoutKind.earlier(store);
    }
  }

  /** Returns the address of the code at {@code path}. */
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
  public Stat.Type fileType() {
    return Stat.Type.LINK;
  }

  @Override
  public Live observe(Facts facts, String path, Stat stat, Optional<Spec> desired)
      throws HostException {
    String target = facts.readLink(path);
    String revision = target.substring(target.lastIndexOf('/') + 1);
    String store = target.substring(0, Math.max(0, target.lastIndexOf('/')));
    boolean builds = desired.stream().anyMatch(spec -> !spec.build().isNone());
    BuildRecipe build = build(facts, target, store, builds);
    if (desired.isEmpty()) {
      return new Live.Present(
          new Spec("", revision, store, new TreeRef("", revision, ""), "", List.of(), build), true);
    }
    Spec wanted = desired.get();
    if (!VersionedTree.isOurs(target, wanted.store())) {
      return new Live.Obstructed("a link to " + target);
    }
    boolean whole = facts.stat(target).isPresent();
    boolean right = whole && target.equals(wanted.home());
    List<DataLink> links = right ? wanted.links() : links(facts, target, wanted);
    String note = whole ? "" : " (its files are gone)";
    if (whole && !store.equals(wanted.store())) {
      note = " (of " + store.substring(store.lastIndexOf('/') + 1) + ")";
    } else if (whole && (!right || isInDoubt(facts, wanted.unit()))) {
      ManualEdits edits = new ManualEdits(facts.changedSince(path, target));
      note = edits.paths().isEmpty() ? "" : " " + edits.words();
      right = right && edits.paths().isEmpty();
    }
    return new Live.Present(
        right
            ? wanted
            : new Spec(
                source(target, wanted),
                revision + note,
                store,
                new TreeRef("", revision, ""),
                wanted.unit(),
                links,
                build),
        true);
  }

  // Only an app with build steps has a link to its earlier tree.
  private static BuildRecipe build(Facts facts, String tree, String store, boolean builds)
      throws HostException {
    String variant = TreeName.ofPath(tree).variant();
    return !variant.isEmpty() && (builds || facts.stat(earlier(store)).isPresent())
        ? BuildRecipe.remembered(variant)
        : BuildRecipe.NONE;
  }

  private static String earlier(String store) {
    return new Layout(store.substring(store.lastIndexOf('/') + 1)).earlier();
  }

  // A tree whose name is the revision alone has no links of reconcile's.
  private static List<DataLink> links(Facts facts, String tree, Spec wanted) throws HostException {
    List<DataLink> links = new ArrayList<>();
    boolean isPlain = TreeName.ofPath(tree).variant().isEmpty();
    for (DataLink link : isPlain ? List.<DataLink>of() : wanted.links()) {
      String place = tree + "/" + link.place();
      Optional<Stat> stat = facts.stat(place);
      if (stat.stream().anyMatch(found -> found.type() == Stat.Type.LINK)
          && facts.readLink(place).equals(link.target())) {
        links.add(link);
      }
    }
    return links;
  }

  // A tree whose name is the revision alone is of no folder.
  private static String source(String target, Spec wanted) {
    return TreeName.ofPath(target).variant().isEmpty() && !wanted.tree().part().isEmpty()
        ? wanted.source().replace(" folder " + wanted.tree().part(), "")
        : wanted.source();
  }

  private static boolean isInDoubt(Facts facts, String unit) throws HostException {
    if (!facts.live() || unit.isEmpty()) {
      return facts.live();
    }
    UnitFacts found = facts.units().get(unit);
    return found == null || !found.running();
  }

  @Override
  public String render(Spec spec) {
    StringBuilder text = new StringBuilder((spec.source() + " at " + spec.shown()).strip());
    text.append('\n').append(DataLink.identity(spec.links()));
    if (!spec.build().isNone()) {
      text.append("built as ").append(TreeName.ofPath(spec.name()).variant()).append('\n');
    }
    spec.build()
        .steps()
        .forEach(step -> text.append("build step: ").append(step.text()).append('\n'));
    return text.toString();
  }

  @Override
  public List<PhasedStep> steps(Change change) {
    String path = change.address().name();
    return switch (change) {
      case Change.Create c -> deploy(path, cast(c.after().spec()), false, Optional.empty());
      case Change.Update u ->
          deploy(path, cast(u.after().spec()), false, Optional.of(cast(u.before())));
      case Change.TakeOver t -> deploy(path, cast(t.after().spec()), true, Optional.empty());
      case Change.Delete d -> remove(path, d, cast(d.before()));
    };
  }

  // The link is removed last: if the run ends in between, the link still tells the next run of the
  // store.
  private List<PhasedStep> remove(String path, Change.Delete delete, Spec before) {
    List<PhasedStep> steps = new ArrayList<>();
    if (!before.build().isNone()) {
      steps.add(removing(delete.owned().role(), new Step.Remove(before.earlier())));
    }
    steps.add(removing(delete.owned().role(), new Step.DiscardTrees(before.store(), List.of())));
    steps.add(removing(delete.owned().role(), new Step.Remove(path)));
    return steps;
  }

  private static List<PhasedStep> deploy(
      String path, Spec spec, boolean moveAway, Optional<Spec> before) {
    PhasedStep make =
        spec.build().isNone()
            ? new PhasedStep(
                Phase.CHECKOUTS, new Step.ExportTree(spec.tree(), spec.home(), spec.links()))
            : new PhasedStep(
                Phase.BUILDS,
                new Step.BuildTree(spec.tree(), spec.home(), spec.links(), spec.build()));
    List<String> kept = before.stream().map(Spec::name).toList();
    List<PhasedStep> steps =
        new ArrayList<>(VersionedTree.put(make, path, spec.home(), moveAway, kept));
    before.flatMap(old -> earlier(old, spec)).ifPresent(link -> steps.add(steps.size() - 1, link));
    return steps;
  }

  // Only the first link of a change tells a rollback by hand of the tree, so this is the second.
  private static Optional<PhasedStep> earlier(Spec before, Spec after) {
    if (before.home().equals(after.home())) {
      return Optional.empty();
    }
    if (!after.build().isNone()) {
      return Optional.of(
          new PhasedStep(Phase.SWITCH, new Step.WriteLink(after.earlier(), before.home())));
    }
    return before.build().isNone()
        ? Optional.empty()
        : Optional.of(new PhasedStep(Phase.SWITCH, new Step.Remove(after.earlier())));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.host.UnitFacts;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.DataLink;
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
   */
  public record Spec(
      String source,
      String revision,
      String store,
      TreeRef tree,
      String unit,
      List<DataLink> links) {
    public Spec {
      links = List.copyOf(links);
    }

    /** Creates a checkout without links to data. */
    public Spec(String source, String revision, String store, TreeRef tree, String unit) {
      this(source, revision, store, tree, unit, List.of());
    }

    /** Returns the path of this revision's tree. */
    public String home() {
      return store + "/" + name();
    }

    // A remark after the revision is no part of its name. A live tree has its whole name.
    private String name() {
      String name = revision.split(" ", 2)[0];
      return TreeName.ofPath(name).variant().isEmpty()
          ? TreeName.of(name, List.of(tree.part(), DataLink.identity(links))).text()
          : name;
    }

    /** Returns the revision, with the remark, without what else names the tree. */
    String shown() {
      String name = revision.split(" ", 2)[0];
      return TreeName.ofPath(name).revision() + revision.substring(name.length());
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
    if (desired.isEmpty()) {
      return new Live.Present(
          new Spec("", revision, store, new TreeRef("", revision, ""), ""), true);
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
                links),
        true);
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
    return (spec.source() + " at " + spec.shown()).strip() + "\n" + DataLink.identity(spec.links());
  }

  @Override
  public List<PhasedStep> steps(Change change) {
    String path = change.address().name();
    return switch (change) {
      case Change.Create c -> deploy(path, cast(c.after().spec()), false, List.of());
      case Change.Update u ->
          deploy(path, cast(u.after().spec()), false, List.of(cast(u.before()).name()));
      case Change.TakeOver t -> deploy(path, cast(t.after().spec()), true, List.of());
      case Change.Delete d ->
          // The link is removed last: if the run ends in between, the link still tells the next run
          // of the store.
          List.of(
              removing(
                  d.owned().role(), new Step.DiscardTrees(cast(d.before()).store(), List.of())),
              removing(d.owned().role(), new Step.Remove(path)));
    };
  }

  private static List<PhasedStep> deploy(
      String path, Spec spec, boolean moveAway, List<String> earlier) {
    PhasedStep make =
        new PhasedStep(
            Phase.CHECKOUTS, new Step.ExportTree(spec.tree(), spec.home(), spec.links()));
    return VersionedTree.put(make, path, spec.home(), moveAway, earlier);
  }
}

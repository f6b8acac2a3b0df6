package dev.reconcile.kind;

import dev.reconcile.model.Phase;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * A tree in a store with a link to it: how it is put in the place of what was there.
 *
 * <p>Invariant: the path names the earlier tree or the whole new one, never a mixture.
 */
final class VersionedTree {
  private VersionedTree() {}

  /**
   * Whether a link leads into a store of ours, the app's own or that of another app: two apps may
   * have exchanged their places, or one has got another name and kept its place.
   *
   * @param target where the link leads
   * @param store the app's own store
   */
  static boolean isOurs(String target, String store) {
    String stores = store.substring(0, store.lastIndexOf('/') + 1);
    return target.startsWith(stores) && target.indexOf('/', stores.length()) > 0;
  }

  /**
   * Makes a tree beside the others and renames the link over.
   *
   * @param make makes the tree, where nothing uses it yet
   * @param path the link
   * @param home where the new tree lies
   * @param moveAway whether something foreign at the path is moved into the backup first
   * @param earlier names of trees in the store that stay until the next time: what still runs from
   *     them can finish
   */
  static List<PhasedStep> put(
      PhasedStep make, String path, String home, boolean moveAway, List<String> earlier) {
    int slash = home.lastIndexOf('/');
    List<PhasedStep> actions = new ArrayList<>(List.of(make));
    if (moveAway) {
      actions.add(new PhasedStep(Phase.SWITCH, new Step.BackUp(path)));
    }
    actions.add(new PhasedStep(Phase.SWITCH, new Step.WriteLink(path, home)));
    List<String> keep = new ArrayList<>(earlier);
    keep.add(home.substring(slash + 1));
    actions.add(
        new PhasedStep(Phase.REMOVE_TREES, new Step.DiscardTrees(home.substring(0, slash), keep)));
    return actions;
  }
}

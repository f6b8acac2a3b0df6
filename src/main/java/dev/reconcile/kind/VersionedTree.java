// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.model.Phase;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * The steps that replace a tree in a store and the link to it.
 *
 * <p>Invariant: the path names the earlier tree or the whole new one, never a mixture.
 */
final class VersionedTree {
  private VersionedTree() {}

  /**
   * Returns whether a link leads into a store of reconcile's, the app's own or that of another app:
   * two apps may have exchanged their directories, or an app may have got another name and kept its
   * directory.
   *
   * @param target the target of the link
   * @param store the app's own store
   */
  static boolean isOurs(String target, String store) {
    String stores = store.substring(0, store.lastIndexOf('/') + 1);
    return target.startsWith(stores) && target.indexOf('/', stores.length()) > 0;
  }

  /**
   * Returns the steps that make a tree beside the others and rename the link over.
   *
   * @param make makes the tree, where nothing uses it yet
   * @param path the link
   * @param home the path of the new tree
   * @param moveAway whether something foreign at the path is moved into the backup first
   * @param earlier names of trees in the store that stay until the next run, so that processes that
   *     still run from them can finish
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

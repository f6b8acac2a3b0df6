// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.DataLink;
import java.util.List;
import java.util.Optional;

/**
 * The links to data in a new tree of root's, which are made last, before the tree gets its name.
 *
 * <p>Invariant: each folder above a link is a directory of the tree itself.
 */
final class DataLinks {
  private DataLinks() {}

  /**
   * Makes the links. The plan has checked that git has nothing but placeholders in their places.
   *
   * @param tree the new tree, in a folder that only root can write
   * @throws StepException if the tree has something else at a place
   */
  static void make(Host host, String tree, List<DataLink> links)
      throws HostException, StepException {
    for (DataLink link : links) {
      String place = tree + "/" + link.place();
      requireFolders(host, tree, link);
      Optional<Stat> stat = host.facts().stat(place);
      if (stat.isPresent() && stat.get().type() == Stat.Type.DIRECTORY) {
        host.discardTree(place);
      } else if (stat.isPresent() && stat.get().type() != Stat.Type.FILE) {
        throw inTheWay(link.place(), stat.get());
      }
      host.writeLink(place, link.target());
    }
  }

  // A link of the app's own would lead out of the tree.
  private static void requireFolders(Host host, String tree, DataLink link)
      throws HostException, StepException {
    for (int slash = link.place().indexOf('/');
        slash > 0;
        slash = link.place().indexOf('/', slash + 1)) {
      String folder = link.place().substring(0, slash);
      Optional<Stat> stat = host.facts().stat(tree + "/" + folder);
      if (stat.isEmpty()) {
        return;
      }
      if (stat.get().type() != Stat.Type.DIRECTORY) {
        throw inTheWay(folder, stat.get());
      }
    }
  }

  private static StepException inTheWay(String place, Stat stat) {
    return new StepException(
        "No place for data",
        "The new tree has %s at %s, where data of the app belongs."
            .formatted(stat.type().words(), place));
  }
}

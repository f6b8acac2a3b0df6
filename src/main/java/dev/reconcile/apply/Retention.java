// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.kind.Kinds;
import dev.reconcile.model.Address;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Step;
import dev.reconcile.model.Undo;
import dev.reconcile.state.Manifest;
import dev.reconcile.state.ManifestStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The limits of the backups: the newest runs with changes are kept, up to a number and a total
 * size. A stored tree is deleted with the last backup that refers to it, unless it is in use.
 */
final class Retention {
  /** The maximum number of runs with a backup. */
  static final int MOST_RUNS = 30;

  /** The maximum total size of backups and their trees, in bytes. */
  static final long MOST_BYTES = 2L << 30;

  private static final int FEWEST_RUNS = 2;

  private final Host host;
  private final int mostRuns;
  private final long mostBytes;

  Retention(Host host, int mostRuns, long mostBytes) {
    this.host = host;
    this.mostRuns = mostRuns;
    this.mostBytes = mostBytes;
  }

  /**
   * Removes the oldest backups until the rest is within the limits.
   *
   * @param open the runs with unfinished transactions, which are kept
   * @param owned the resources that reconcile owns; the targets of their links are kept
   */
  void trim(Set<String> open, Collection<Address> owned) throws HostException {
    List<Manifest> kept = new ArrayList<>(ManifestStore.all(host.facts()));
    for (Manifest oldest : List.copyOf(kept)) {
      boolean within = kept.size() <= mostRuns && size(kept) <= mostBytes;
      if (within || kept.size() <= FEWEST_RUNS || open.contains(oldest.run())) {
        return;
      }
      kept.remove(oldest);
      remove(oldest, kept, owned);
    }
  }

  private void remove(Manifest oldest, List<Manifest> kept, Collection<Address> owned)
      throws HostException {
    Set<String> needed = new HashSet<>(live(oldest));
    needed.addAll(CommandTrees.of(host));
    for (Address address : owned) {
      if (Kinds.isVersioned(address)) {
        addTarget(address.name(), needed);
      }
    }
    for (Manifest manifest : kept) {
      needed.addAll(ManifestStore.trees(manifest));
      needed.addAll(live(manifest));
    }
    // virtualenvs first, because a tree may be needed only by one of them
    discard(oldest, Layout.VENVS + "/", needed);
    discard(oldest, Layout.CHECKOUTS + "/", needed);
    host.discardTree(ManifestStore.folderOf(oldest.run()));
    host.discardTree(ManifestStore.pathOf(oldest.run()));
  }

  private void discard(Manifest oldest, String store, Set<String> needed) throws HostException {
    for (Undo undo : oldest.undos()) {
      for (Step step : undo.steps()) {
        if (step instanceof Step.WriteLink(String _, String tree)
            && tree.startsWith(store)
            && !needed.contains(tree)
            && !PointedTrees.of(host.facts(), undo.app(), _ -> true).contains(tree)) {
          host.discardTree(tree);
        }
      }
    }
  }

  // Includes paths that no app owns any more: two apps may have exchanged their directories.
  private Set<String> live(Manifest manifest) throws HostException {
    Set<String> trees = new HashSet<>();
    for (Undo undo : manifest.undos()) {
      for (Step step : undo.steps()) {
        if (step instanceof Step.WriteLink(String path, String tree)
            && ManifestStore.isStored(tree)) {
          addTarget(path, trees);
        }
      }
    }
    return trees;
  }

  private void addTarget(String path, Set<String> trees) throws HostException {
    Optional<Stat> stat = host.facts().stat(path);
    if (stat.isPresent() && stat.get().type() == Stat.Type.LINK) {
      trees.add(host.facts().readLink(path));
    }
  }

  // du(1) counts a file with several links once
  private long size(List<Manifest> manifests) throws HostException {
    Set<String> places = new HashSet<>();
    for (Manifest manifest : manifests) {
      places.add(ManifestStore.pathOf(manifest.run()));
      places.add(ManifestStore.folderOf(manifest.run()));
      places.addAll(ManifestStore.trees(manifest));
    }
    List<String> argv = new ArrayList<>(List.of("du", "-s", "-c", "-B1", "--"));
    for (String place : places) {
      if (host.facts().stat(place).isPresent()) {
        argv.add(host.onDisk(place).toString());
      }
    }
    CommandRunner.Result result =
        host.run(Command.of(argv.toArray(String[]::new)).within(Duration.ofMinutes(2)));
    String last = result.out().lines().reduce("0", (_, line) -> line);
    return Long.parseLong(last.split("\\s", -1)[0]);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.Stat;
import dev.reconcile.kind.DirectoryKind;
import dev.reconcile.kind.Kinds;
import dev.reconcile.kind.SelfSignedKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Layout;
import dev.reconcile.model.State;
import dev.reconcile.model.Step;
import dev.reconcile.model.Undo;
import dev.reconcile.model.UnitFilePath;
import dev.reconcile.state.Manifest;
import dev.reconcile.state.ManifestStore;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The removal of leftovers of killed runs, such as temporary files and incomplete trees. */
final class CrashCleanup {

  private CrashCleanup() {}

  /** Removes leftovers of the runs with these manifests, except files that may be in use. */
  static void clear(Host host, Collection<Manifest> manifests) throws HostException {
    LedSockets.leadBackFrom(host, Layout.STANDBY);
    Set<String> paths = new TreeSet<>();
    for (Manifest manifest : manifests) {
      for (Undo undo : manifest.undos()) {
        undo.steps().forEach(step -> paths.addAll(pathsOf(step)));
      }
    }
    for (String path : paths) {
      clear(host, path);
      removeFolderOfDropIn(host, path);
    }
    removeClosedFolders(host, manifests, paths);
    host.discardTree(LocalHost.VOLATILE);
    clearBuilds(host);
  }

  /** Removes what builds of a killed run have left. */
  static void clearBuilds(Host host) throws HostException {
    BuildUserPool.clear(host);
    PipTools.clear(host);
    // An incomplete tree, and what was fetched for it, has a name with a leading dot.
    discard(host, tree -> tree.substring(tree.lastIndexOf('/') + 1).startsWith("."));
  }

  // A path that cannot be removed (behind another user's link, say) must not end all later runs.
  private static void clear(Host host, String path) {
    try {
      host.clearUnfinished(path);
    } catch (HostException e) {
      return;
    }
  }

  // The run was killed after it removed the file and before it removed the directory.
  private static void removeFolderOfDropIn(Host host, String path) throws HostException {
    Optional<String> folder = UnitFilePath.folderOfDropIn(path);
    if (folder.isPresent() && host.facts().stat(path).isEmpty()) {
      host.removeEmptyDirectory(folder.get());
    }
  }

  // Earlier versions created the parent directories of a file with mode 0700 and changed the mode
  // afterwards. A run that was killed in between left them empty with the wrong mode. A later step
  // creates them again. The mode of a declared directory is compared by each plan.
  private static void removeClosedFolders(
      Host host, Collection<Manifest> manifests, Collection<String> paths) throws HostException {
    Set<String> folders = new TreeSet<>(List.of(Layout.CHECKOUTS, Layout.VENVS));
    for (String path : paths) {
      for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
        folders.add(path.substring(0, slash));
      }
    }
    for (Manifest manifest : manifests) {
      manifest.undos().stream()
          .map(Undo::address)
          .filter(address -> address.kind().equals(DirectoryKind.NAME))
          .forEach(address -> folders.remove(address.name()));
    }
    for (String folder : folders) {
      Optional<Stat> stat = host.facts().stat(folder);
      if (stat.isPresent()
          && stat.get().type() == Stat.Type.DIRECTORY
          && stat.get().mode() == 0700
          && (stat.get().uid() == 0 || !host.facts().live())
          && host.facts().list(folder).isEmpty()) {
        host.removeEmptyDirectory(folder);
      }
    }
  }

  /**
   * Removes complete trees of killed runs that nothing uses: no link leads to them, and no retained
   * manifest needs them.
   */
  static void clearUnused(Host host, State state) throws HostException {
    Set<String> used = ManifestStore.treesNeeded(host.facts());
    used.addAll(CommandTrees.of(host));
    for (Address address : state.owned().keySet()) {
      if (Kinds.isVersioned(address)) {
        Optional<Stat> stat = host.facts().stat(address.name());
        if (stat.isPresent() && stat.get().type() == Stat.Type.LINK) {
          used.add(host.facts().readLink(address.name()));
        }
      }
    }
    for (String app : host.facts().list(Layout.VENVS)) {
      used.addAll(PointedTrees.of(host.facts(), app, Set.copyOf(used)::contains));
    }
    discard(host, tree -> !used.contains(tree));
  }

  private static Set<String> pathsOf(Step.Reversible step) {
    return switch (step) {
      case Step.WriteFile s -> Set.of(s.path());
      case Step.WriteLink s -> Set.of(s.path());
      case Step.Remove s -> Set.of(s.path());
      case Step.MakeDirectory s -> Set.of(s.path());
      case Step.RemoveEmptyDirectory s -> Set.of(s.path());
      case Step.MakeSelfSigned s ->
          Set.of(SelfSignedKind.certificate(s.folder()), SelfSignedKind.key(s.folder()));
      case Step.SetAttributes _, Step.Restore _, Step.Systemctl _, Step.DiscardTrees _ -> Set.of();
    };
  }

  private static void discard(Host host, Predicate<String> which) throws HostException {
    for (String store : List.of(Layout.CHECKOUTS, Layout.VENVS)) {
      for (String app : host.facts().list(store)) {
        for (String name : host.facts().list(store + "/" + app)) {
          String tree = store + "/" + app + "/" + name;
          if (which.test(tree)) {
            host.discardTree(tree);
          }
        }
        host.removeEmptyDirectory(store + "/" + app);
      }
    }
  }
}

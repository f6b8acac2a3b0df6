package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.model.Step;
import dev.reconcile.model.Undo;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** What a run that was killed has left behind: files beside those it was writing, half a tree. */
final class Leftovers {
  private Leftovers() {}

  /** Clears what a run with these manifests can have left, except what may be serving. */
  static void clear(Host host, Collection<Manifest> manifests) throws HostException {
    Set<String> paths = new TreeSet<>();
    for (Manifest manifest : manifests) {
      for (Undo undo : manifest.undos()) {
        undo.steps().forEach(step -> paths.addAll(pathsOf(step)));
      }
    }
    for (String path : paths) {
      host.clearUnfinished(path);
    }
    host.discardTree(LocalHost.VOLATILE);
    for (String stores : Set.of("checkouts", "venvs")) {
      clearStores(host, LocalHost.STATE + "/" + stores);
    }
  }

  private static Set<String> pathsOf(Step step) {
    return switch (step) {
      case Step.WriteFile s -> Set.of(s.path());
      case Step.WriteLink s -> Set.of(s.path());
      case Step.Remove s -> Set.of(s.path());
      default -> Set.of();
    };
  }

  // a tree gets its name only when it is whole
  private static void clearStores(Host host, String stores) throws HostException {
    for (String app : host.facts().list(stores)) {
      for (String tree : host.facts().list(stores + "/" + app)) {
        if (tree.startsWith(".new-")) {
          host.discardTree(stores + "/" + app + "/" + tree);
        }
      }
    }
  }
}

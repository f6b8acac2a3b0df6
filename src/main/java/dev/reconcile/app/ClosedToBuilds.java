// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Layout;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The paths of apps that a build cannot see. The links of data are followed once for all apps. */
final class ClosedToBuilds {
  private final List<App> all;
  private final Facts facts;
  private Optional<Set<String>> data = Optional.empty();

  /**
   * @param all all apps of the host
   */
  ClosedToBuilds(List<App> all, Facts facts) {
    this.all = List.copyOf(all);
    this.facts = facts;
  }

  /**
   * Returns what a build of {@code app} cannot see: the directories of the other apps, and the data
   * folders of all apps, wherever links lead. A directory directly below / holds more than an app.
   */
  List<String> to(App app) throws HostException {
    Stream<String> code =
        all.stream()
            .filter(other -> !other.name().equals(app.name()))
            .map(App::directory)
            .filter(path -> path.indexOf('/', 1) > 0);
    return Stream.concat(code, data().stream()).distinct().toList();
  }

  /** Returns the same with the files of all secrets. */
  List<String> withSecretsTo(App app) throws HostException {
    Stream<String> secrets =
        all.stream().flatMap(one -> one.secrets().values().stream()).map(App.Secret::path);
    return Stream.concat(to(app).stream(), secrets).distinct().toList();
  }

  // The folder of all data is hidden as a whole.
  private Set<String> data() throws HostException {
    if (data.isPresent()) {
      return data.get();
    }
    Set<String> closed = new TreeSet<>();
    for (App one : all) {
      for (DataFolder folder : one.data()) {
        String real = facts.realPath(folder.folder()).orElse(folder.folder());
        if (!real.startsWith(Layout.DATA + "/")) {
          closed.add(real);
        }
      }
    }
    data = Optional.of(closed);
    return closed;
  }
}

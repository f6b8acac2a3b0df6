// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.model.Layout;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A process of an app that was set up by hand, with the unit that runs it.
 *
 * <p>Invariant: a process knows nothing of the other processes of its app. Each becomes a process
 * of the app in the tree.
 */
public sealed interface FoundProcess permits WebProcess, FoundCommand {
  /** Returns the finders of all kinds except the web process, which {@link GunicornApps} finds. */
  static List<Finder> finders() {
    return List.of((unit, _) -> FoundCommand.find(unit));
  }

  /** The search for processes of one kind. */
  interface Finder {
    /**
     * Returns the process that a unit runs; empty if the unit runs none of this kind.
     *
     * @param texts reads the files that the unit names
     */
    Optional<? extends FoundProcess> find(Unit unit, HostFiles texts);
  }

  /** Returns its unit. */
  Unit unit();

  /** Returns the units of all its instances, its own unit first. */
  List<Unit> units();

  /** Returns the directory of its code, which determines its app. */
  String directory();

  /** Returns the service that will run it. */
  String unitIn(Layout layout);

  /** Returns the location of its command. */
  SourceLocation exec();

  /** Returns its environment. */
  List<FoundApp.Variable> variables();

  /** Returns the settings of its command line and of its configuration file. */
  List<Map<String, String>> settings();

  /** Returns its log files, as configured. */
  List<String> logs();

  /** Adds the keys of the process to the keys of its app. */
  void addKeys(Map<String, Object> keys, AppContext context);

  /**
   * Returns the values, by setting of its unit, that its keys or the template of its new unit have
   * too, where they are others than those of a web process.
   */
  default Map<String, Pattern> same() {
    return Map.of();
  }

  /**
   * Returns the settings that the drop-in of its new unit always has, so that another drop-in
   * cannot set them.
   */
  default Set<String> overridden() {
    return Set.of();
  }

  /** Returns the reason why it cannot become a process of an app; empty if it can. */
  default Optional<String> obstacle(FoundApp app) {
    return Optional.empty();
  }

  /** Tells whether others may send requests to it. */
  default boolean hasClients() {
    return true;
  }

  /** Tells whether reconcile made its unit, so that a tree already describes it. */
  default boolean isManaged() {
    return unit().isMarked();
  }

  /**
   * Tells whether the app's new unit replaces its unit; otherwise the old one runs on beside the
   * new one.
   */
  default boolean isReplaced(Layout layout) {
    return unit().name().equals(unitIn(layout));
  }
}

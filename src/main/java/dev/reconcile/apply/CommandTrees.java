// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.AppSandbox;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Layout;
import java.util.List;
import java.util.Set;

/**
 * The trees in which commands of apps run. Those of a person and of a release are on record beside
 * the command's unit; {@link ScheduleRuns} knows those of schedules.
 */
final class CommandTrees {
  private static final String UNITS = Layout.RUNTIME_UNITS;
  private static final String FILE = "/trees";
  private static final int MOST_BYTES = 1 << 16;

  private CommandTrees() {}

  /**
   * Records the trees of a unit.
   *
   * @param folder the directory of the unit's drop-ins
   */
  static void keep(Host host, String folder, AppSandbox sandbox) throws HostException {
    host.writeState(
        folder + FILE,
        Content.of(String.join("\n", sandbox.trees().values()) + "\n"),
        FileAttributes.root(0600));
  }

  /** Returns the trees that must be kept for commands. */
  static Set<String> of(Host host) throws HostException {
    Facts facts = host.facts();
    Set<String> trees = ScheduleRuns.trees(host);
    for (String name : facts.list(UNITS)) {
      if ((name.startsWith(Layout.RUN) || name.startsWith(Layout.RELEASE))
          && name.endsWith(".service.d")) {
        String text = facts.text(UNITS + "/" + name + FILE, MOST_BYTES).orElse("");
        trees.addAll(List.of(text.split("\n", -1)));
      }
    }
    return trees;
  }
}

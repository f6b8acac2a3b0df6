// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Address;
import dev.reconcile.model.Digest;
import dev.reconcile.model.Layout;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.Role;
import dev.reconcile.model.State;
import dev.reconcile.systemd.UnitText;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The files of an app's units that reconcile did not make, such as the drop-ins of {@code systemctl
 * edit}, and the environment files that they name.
 */
public final class ForeignUnitFiles {
  // more than any such file; a longer one is compared by its beginning
  private static final int MOST_BYTES = 4 << 20;

  private static final String MISSING = "missing";

  private ForeignUnitFiles() {}

  /**
   * Returns the files, each as a text: its path, a space, and a digest of its content. Equal sets
   * mean that the files are unchanged.
   *
   * @param app the name of the app
   * @param state the state, with the files that reconcile made
   * @return empty if a file cannot be read, so that nothing is known of a change
   */
  public static Optional<SortedSet<String>> of(Facts facts, String app, State state) {
    Set<String> owned =
        state.owned().keySet().stream().map(Address::name).collect(Collectors.toSet());
    try {
      SortedSet<String> files = new TreeSet<>();
      for (String template : Layout.TEMPLATES) {
        collect(facts, new Layout(app).instanceOf(template), owned, files);
      }
      for (OwnedResource resource : state.owned().values()) {
        if (resource.app().equals(app) && resource.role() == Role.PROCESS) {
          collect(facts, resource.address().name(), owned, files);
        }
      }
      return Optional.of(files);
    } catch (HostException e) {
      return Optional.empty();
    }
  }

  private static void collect(Facts facts, String unit, Set<String> owned, SortedSet<String> files)
      throws HostException {
    for (PlannedFiles.Text part : UnitDefinition.of(unit, new PlannedFiles(facts, Map.of()))) {
      if (owned.contains(part.path())) {
        continue;
      }
      files.add(entry(part.path(), Optional.of(part.text())));
      for (String value :
          UnitText.parse(part.text()).resolved(unit).values("Service", "EnvironmentFile")) {
        String path = value.startsWith("-") ? value.substring(1) : value;
        if (path.startsWith("/") && !owned.contains(path)) {
          files.add(entry(path, facts.text(path, MOST_BYTES)));
        }
      }
    }
  }

  private static String entry(String path, Optional<String> text) {
    return path + " " + text.map(found -> Digest.of(found).hex()).orElse(MISSING);
  }
}

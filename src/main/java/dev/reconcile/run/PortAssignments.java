// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.allocate.AllocationError;
import dev.reconcile.allocate.HostNumbers;
import dev.reconcile.app.App;
import dev.reconcile.app.Ports;
import dev.reconcile.desired.AllocationsFile;
import dev.reconcile.desired.DesiredStateBuilder;
import dev.reconcile.desired.Loader;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The ports and suffixes of a host's apps.
 *
 * @param ports the number of each app that needs one
 * @param own numbers that the host must remember, because the repo lacks them
 */
public record PortAssignments(Ports ports, SortedMap<String, Integer> own) {

  /** Assigns a number to each app that needs one; errors are added to the builder. */
  public static PortAssignments of(
      Loader.Loaded loaded, SortedMap<String, Integer> remembered, DesiredStateBuilder builder) {
    return of(loaded, remembered, builder, "This host has chosen");
  }

  /**
   * Assigns a number to each app that needs one.
   *
   * @param chooser the beginning of the warning's sentence: subject and verb of the choice
   */
  public static PortAssignments of(
      Loader.Loaded loaded,
      SortedMap<String, Integer> remembered,
      DesiredStateBuilder builder,
      String chooser) {
    List<String> names = loaded.apps().stream().filter(App::needsNumber).map(App::name).toList();
    HostNumbers numbers =
        HostNumbers.of(loaded.ledger(), remembered, names, loaded.settings().pool());
    for (AllocationError error : numbers.errors()) {
      builder.diagnostics().add(AllocationsFile.diagnostic(error));
    }
    if (!numbers.missing().isEmpty() && numbers.errors().isEmpty()) {
      builder
          .diagnostics()
          .add(
              Diagnostic.warning(
                      Origin.of(AllocationsFile.PATH),
                      "Numbers are not in the repo yet",
                      chooser
                          + " a number for "
                          + String.join(", ", numbers.missing())
                          + ". Another host would choose the same today, but not for ever. Run this command"
                          + " in the repo and commit "
                          + AllocationsFile.PATH
                          + ".")
                  .withCommand("reconcile allocate"));
    }
    SortedMap<String, Integer> given = new TreeMap<>(numbers.ledger().numbers());
    given.keySet().retainAll(names);
    return new PortAssignments(new Ports(given), numbers.own());
  }
}

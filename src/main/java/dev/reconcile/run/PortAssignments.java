// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.allocate.AllocationError;
import dev.reconcile.allocate.HostNumbers;
import dev.reconcile.allocate.SparePorts;
import dev.reconcile.app.App;
import dev.reconcile.app.Balance;
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
        HostNumbers.of(loaded.allocations(), remembered, names, loaded.settings().pool());
    for (AllocationError error : numbers.errors()) {
      builder.diagnostics().add(AllocationsFile.diagnostic(error));
    }
    if (!numbers.missing().isEmpty() && numbers.errors().isEmpty()) {
      builder
          .diagnostics()
          .add(
              Diagnostic.warning(
                      Origin.of(AllocationsFile.PATH),
                      "Allocations missing from the repo",
                      """
                      %s a number for %s. Another host may choose other numbers later. Run this \
                      command in the repo and commit %s.\
                      """
                          .formatted(
                              chooser, String.join(", ", numbers.missing()), AllocationsFile.PATH))
                  .withCommand("reconcile allocate"));
    }
    SortedMap<String, Integer> given = new TreeMap<>(numbers.allocations().numbers());
    given.keySet().retainAll(names);
    if (loaded.hasBalance()) {
      taken(loaded.apps(), given, builder);
    }
    List<String> servers = loaded.apps().stream().filter(App::opensPort).map(App::name).toList();
    return new PortAssignments(
        new Ports(given, SparePorts.of(numbers.allocations(), servers, loaded.settings().pool())),
        numbers.own());
  }

  private static void taken(
      List<App> apps, SortedMap<String, Integer> given, DesiredStateBuilder builder) {
    for (App app : apps) {
      int port = app.balance().filter(Balance::isBack).map(Balance::port).orElse(0);
      given.forEach((other, number) -> {
        if (number == port) {
          builder.error(
              app.balance().orElseThrow().origin(),
              "Conflict between two apps",
              """
              The port %s of balance is the number of %s on this host. Choose another, outside of \
              allocation.ports.\
              """
                  .formatted(port, other));
        }
      });
    }
  }
}

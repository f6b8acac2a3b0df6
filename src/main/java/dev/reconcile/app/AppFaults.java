// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The faults for which apps are held, as one diagnostic for each app that names all of its faults.
 *
 * <p>Invariant: the summary and the origin are those of the first fault of an app. The detail also
 * has the other faults with their origins.
 */
public final class AppFaults {
  private final SortedMap<String, Diagnostic> faults = new TreeMap<>();

  /**
   * Adds a fault, unless the app already has the same fault.
   *
   * @param app the app's name
   * @param fault the fault
   */
  public void add(String app, Diagnostic fault) {
    faults.merge(app, fault, AppFaults::joined);
  }

  private static Diagnostic joined(Diagnostic first, Diagnostic other) {
    if (first.detail().contains(other.detail())) {
      return first;
    }
    boolean isAlike =
        first.summary().equals(other.summary()) && first.origin().equals(other.origin());
    String more =
        isAlike
            ? other.detail()
            : "%s%s: %s".formatted(other.summary(), place(other), other.detail());
    String command = other.command().map(line -> "\n    " + line).orElse("");
    return new Diagnostic(
        first.severity(),
        first.summary(),
        first.detail() + "\n" + more + command,
        first.origin(),
        first.command());
  }

  private static String place(Diagnostic fault) {
    return fault
        .origin()
        .filter(origin -> origin.line() > 0)
        .map(origin -> " (%s line %d%s)".formatted(origin.file(), origin.line(), column(origin)))
        .orElse("");
  }

  private static String column(Origin origin) {
    return origin.column() > 0 ? ", column " + origin.column() : "";
  }

  /** Returns the diagnostic of each app that has a fault, by the app's name. */
  public SortedMap<String, Diagnostic> all() {
    return faults;
  }
}

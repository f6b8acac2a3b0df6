// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.model.Diagnostic;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What keeps apps as they are: one diagnostic for each app, which names all of its faults.
 *
 * <p>Invariant: the summary and the place are those of the first fault of an app; the detail has
 * the others, with their places.
 */
public final class AppFaults {
  private final SortedMap<String, Diagnostic> faults = new TreeMap<>();

  /**
   * Adds a fault; one that is known already changes nothing.
   *
   * @param app the app's name
   * @param fault what is wrong
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
        .map(origin -> " (%s line %d)".formatted(origin.file(), origin.line()))
        .orElse("");
  }

  /** The diagnostic of each app that has a fault, by the app's name. */
  public SortedMap<String, Diagnostic> all() {
    return faults;
  }
}

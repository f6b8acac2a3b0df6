// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.desired;

import dev.reconcile.app.AppFaults;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** The diagnostics of one desired state: those of the whole tree, and the faults of apps. */
public final class Diagnostics {
  private final List<Diagnostic> all = new ArrayList<>();
  private final AppFaults faults = new AppFaults();
  private boolean postpones;

  /** Adds a diagnostic of the whole tree. */
  public void add(Diagnostic diagnostic) {
    all.add(diagnostic);
  }

  /** Adds a warning about an operation that this run cannot do and a later run tries again. */
  void postpone(Diagnostic warning) {
    all.add(warning);
    postpones = true;
  }

  /** Adds a fault of an app. */
  public void fault(String app, Diagnostic diagnostic) {
    faults.add(app, diagnostic);
  }

  /** Returns the list to which readers add their diagnostics. */
  List<Diagnostic> sink() {
    return all;
  }

  /** Returns the number of errors so far. */
  long errors() {
    return all.stream().filter(Diagnostic::isError).count();
  }

  /** Reports whether there is an error; faults of apps do not count. */
  public boolean hasErrors() {
    return all.stream().anyMatch(Diagnostic::isError);
  }

  /** Returns all diagnostics of the tree, without repetitions, sorted by origin. */
  public List<Diagnostic> sorted() {
    return all.stream()
        .distinct()
        .sorted(
            (a, b) -> a.origin().orElse(Origin.of("")).compareTo(b.origin().orElse(Origin.of(""))))
        .toList();
  }

  /** Returns each app's faults, by app. Such an app stays unchanged, and the others converge. */
  public SortedMap<String, Diagnostic> faults() {
    return faults.all();
  }

  /** Reports whether an operation is left to a later run, which tries it again. */
  public boolean postpones() {
    return postpones;
  }
}

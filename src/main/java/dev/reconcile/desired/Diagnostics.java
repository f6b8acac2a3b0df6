// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.desired;

import dev.reconcile.app.AppFaults;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/** The diagnostics of one desired state: those of the whole tree, and the faults of apps. */
public final class Diagnostics {
  private final List<Diagnostic> all = new ArrayList<>();
  private final Set<Diagnostic> advice = new HashSet<>();
  private final AppFaults faults = new AppFaults();
  private boolean postpones;

  /** Adds a diagnostic of the whole tree. */
  public void add(Diagnostic diagnostic) {
    all.add(diagnostic);
  }

  /** Adds a warning that stays the same until the commit or the host changes. */
  void advise(Diagnostic warning) {
    all.add(warning);
    advice.add(warning);
  }

  /** Adds diagnostics of the YAML reader; the warnings among them count as advice. */
  void addFromYaml(List<Diagnostic> found) {
    all.addAll(found);
    found.stream().filter(diagnostic -> !diagnostic.isError()).forEach(advice::add);
  }

  /** Adds a warning of something that this run cannot do and a later run tries again by itself. */
  void postpone(Diagnostic warning) {
    all.add(warning);
    postpones = true;
  }

  /** Adds a fault of an app. */
  public void fault(String app, Diagnostic diagnostic) {
    faults.add(app, diagnostic);
  }

  /** The list to which readers add what they find. */
  List<Diagnostic> sink() {
    return all;
  }

  /** The number of errors so far. */
  long errors() {
    return all.stream().filter(Diagnostic::isError).count();
  }

  /** Whether there is an error; faults of apps are none. */
  public boolean hasErrors() {
    return all.stream().anyMatch(Diagnostic::isError);
  }

  /** All diagnostics of the tree, without repetitions, sorted by place. */
  public List<Diagnostic> sorted() {
    return all.stream()
        .distinct()
        .sorted(
            (a, b) -> a.origin().orElse(Origin.of("")).compareTo(b.origin().orElse(Origin.of(""))))
        .toList();
  }

  /**
   * Warnings that follow from the commit and from the host alone: they stay the same until either
   * changes, so a run that had no others need not be repeated for them.
   */
  public Set<Diagnostic> advice() {
    return Set.copyOf(advice);
  }

  /** App to the fault of its own source; such an app stays as it is, and the others converge. */
  public SortedMap<String, Diagnostic> faults() {
    return faults.all();
  }

  /** Whether something is left to a later run, which tries it again by itself. */
  public boolean postpones() {
    return postpones;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.state;

import dev.reconcile.model.Step;
import dev.reconcile.model.Undo;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The record of a run: its changes and their undo steps. It is on disk before the first change, so
 * the next run can continue a killed run, and a rollback can undo a finished one.
 *
 * @param run the name of the run
 * @param sequence the number of the run, one more than that of the run before, even if the clock
 *     was set back
 * @param command {@code apply}, {@code rollback}, {@code restart} or {@code maintenance}; empty for
 *     a run of an earlier version, which did not record it
 * @param repo the repository, with passwords masked
 * @param revision the commit
 * @param undos the undo steps, one entry for each change
 * @param activations the activations of the pending handlers, as they were before the run
 * @param probes app to the probe that it answered before the run
 * @param results app to its result; empty until the run has ended
 * @param notes app to what else the history says of it: a sentence each
 * @param processes unit of a background process to how it did before the run, in a word
 */
public record Manifest(
    String run,
    int sequence,
    String command,
    String repo,
    String revision,
    List<Undo> undos,
    SortedMap<String, String> activations,
    SortedMap<String, Step.Probe> probes,
    SortedMap<String, String> results,
    SortedMap<String, String> notes,
    SortedMap<String, String> processes) {
  /** The result of an app that a run changed. */
  public static final String CHANGED = "changed";

  /** The result of an app that a run took back. */
  public static final String ROLLED_BACK = "rolled back";

  public Manifest {
    undos = List.copyOf(undos);
    activations = Collections.unmodifiableSortedMap(new TreeMap<>(activations));
    probes = Collections.unmodifiableSortedMap(new TreeMap<>(probes));
    results = Collections.unmodifiableSortedMap(new TreeMap<>(results));
    notes = Collections.unmodifiableSortedMap(new TreeMap<>(notes));
    processes = Collections.unmodifiableSortedMap(new TreeMap<>(processes));
  }

  /** Tells whether the run was a rollback by hand. */
  public boolean isRollback() {
    return command.equals("rollback");
  }

  /**
   * Tells whether the run changed the desired state of apps. One that restarted processes, or began
   * or ended a maintenance, did not: no rollback leads to it or back from it.
   */
  public boolean isOfRevisions() {
    return isOfRevisions(command);
  }

  /** Tells the same of a command; the empty one is that of an earlier version. */
  public static boolean isOfRevisions(String command) {
    return command.isEmpty() || command.equals("apply") || command.equals("rollback");
  }

  /** Tells whether the run changed an app, and did not take it back. */
  public boolean changed(String app) {
    return CHANGED.equals(results.getOrDefault(app, ""));
  }

  /** Tells whether the run took an app back, because the commit failed for it. */
  public boolean tookBack(String app) {
    return ROLLED_BACK.equals(results.getOrDefault(app, ""));
  }

  /** Returns the same manifest with the results of the run and its notes. */
  public Manifest with(SortedMap<String, String> outcome, SortedMap<String, String> more) {
    return new Manifest(
        run,
        sequence,
        command,
        repo,
        revision,
        undos,
        activations,
        probes,
        outcome,
        more,
        processes);
  }
}

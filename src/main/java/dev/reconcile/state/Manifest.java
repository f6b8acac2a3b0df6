// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.state;

import dev.reconcile.model.Step;
import dev.reconcile.model.Undo;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a run was about to change, and the way back. It is on disk before the first change, so it is
 * the journal of a run that was killed, and the backup of one that was not.
 *
 * @param run the run's name
 * @param sequence counts up by one from run to run, whatever the clock does
 * @param repo the repo, passwords masked
 * @param revision the commit
 * @param undos the way back, one for each change
 * @param activations what the handlers that were due had taken up before
 * @param probes app to the question that it answered before
 * @param results app to what became of it; empty until the run has ended
 */
public record Manifest(
    String run,
    int sequence,
    String repo,
    String revision,
    List<Undo> undos,
    SortedMap<String, String> activations,
    SortedMap<String, Step.Probe> probes,
    SortedMap<String, String> results) {
  public Manifest {
    undos = List.copyOf(undos);
    activations = Collections.unmodifiableSortedMap(new TreeMap<>(activations));
    probes = Collections.unmodifiableSortedMap(new TreeMap<>(probes));
    results = Collections.unmodifiableSortedMap(new TreeMap<>(results));
  }

  /** The same with what became of it. */
  public Manifest with(SortedMap<String, String> outcome) {
    return new Manifest(run, sequence, repo, revision, undos, activations, probes, outcome);
  }
}

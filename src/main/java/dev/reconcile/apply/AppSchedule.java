// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Phase;
import java.util.List;
import java.util.SortedMap;

/**
 * The order in which a run works on the apps of a phase.
 *
 * <p>Invariant: the work of one app is done by one thread. The result of a run does not depend on
 * the order.
 */
public interface AppSchedule {
  /**
   * Does the work of all apps, and returns when all of it has ended.
   *
   * @param phase the phase of the work
   * @param work the work by app
   * @throws InterruptedException if the thread was interrupted; then some work may be left out
   */
  void run(Phase phase, SortedMap<String, Runnable> work) throws InterruptedException;

  /** Returns notices about the order in which the apps were taken. */
  List<Diagnostic> notices();
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

/**
 * The process that answers the requests of an app.
 *
 * <p>Invariant: an app has at most one.
 */
public sealed interface ServingProcess extends AppProcess permits GunicornProcess, ServerProcess {
  /** Returns how many seconds open connections get to end before the process is stopped. */
  int stopSeconds();
}

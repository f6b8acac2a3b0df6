// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

/** An observer of fetches, which may take long. */
public interface FetchWatch {
  /** An observer that ignores all fetches. */
  FetchWatch NONE = url -> () -> {};

  /**
   * Reports that a fetch begins.
   *
   * @param url the repository, its password masked
   * @return to be run when the fetch has ended, successfully or not
   */
  Runnable begins(String url);
}

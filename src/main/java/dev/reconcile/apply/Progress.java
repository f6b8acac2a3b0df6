// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

/** A listener for long steps, which shows them at a terminal. */
public interface Progress {
  /** A listener that ignores all steps. */
  Progress NONE = (subject, what) -> () -> {};

  /**
   * Records the begin of a long step; steps may overlap.
   *
   * @param subject the app, or another subject of the step
   * @param what the action, such as {@code installing its requirements}
   * @return a handle to close when the step has ended
   */
  Ongoing begins(String subject, String what);

  /** A long step that has begun. */
  interface Ongoing extends AutoCloseable {
    /** Records the end of the step, successful or not. */
    @Override
    void close();
  }
}

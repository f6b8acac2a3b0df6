// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import java.util.Optional;
import java.util.SortedMap;

/**
 * The state that the hosts of a group share.
 *
 * <p>Invariant: every answer is linearizable, never stale. A request that fails with {@link
 * EngineFailure#OUT_OF_REACH} may have taken effect, or may do so later.
 */
public interface Engine {
  /** Returns the gate and the row of a host. */
  Reading read(String host) throws EngineException;

  /**
   * Makes a change if neither the gate nor the host's row have changed since a reading. A part that
   * the change leaves as it is is not compared.
   *
   * @param seen the reading of the host whose row may change
   */
  Answer exchange(Reading seen, Exchange change) throws EngineException;

  /**
   * Returns the revision of the gate; 0 if there is none. While it is the same, so is the gate, and
   * a run that waits needs to know no more.
   */
  long revision() throws EngineException;

  /** Returns the rows of all hosts. */
  Rows rows() throws EngineException;

  /**
   * The answer to an exchange.
   *
   * @param isDone whether the change was made
   * @param now what the engine has now
   */
  record Answer(boolean isDone, Reading now) {}

  /**
   * The rows of all hosts.
   *
   * @param byHost the row of each host; empty if it cannot be understood
   */
  record Rows(SortedMap<String, Optional<HostRow>> byHost) {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import java.util.List;

/** nginx's verdict on a state of its configuration. */
sealed interface NginxTestResult {
  /**
   * nginx accepts the state, and no new name is used twice.
   *
   * @param warnings what nginx warns of, without repetitions
   */
  record Passed(List<NginxMessage> warnings) implements NginxTestResult {
    public Passed {
      warnings = List.copyOf(warnings);
    }
  }

  /** nginx refuses the state, or would not behave as it is written. */
  record Refused(NginxMessage message) implements NginxTestResult {}

  /** nginx could not be run. */
  record Unknown(String why) implements NginxTestResult {}

  /** Reports whether the state is refused for the same reason as {@code other}. */
  default boolean isLike(Refused other) {
    return this instanceof Refused(NginxMessage message) && message.isLike(other.message());
  }
}

package dev.reconcile.trial;

import java.util.List;

/** What nginx thinks of one state of its configuration. */
sealed interface NginxTestResult {
  /**
   * It takes it, and no name is used twice that was not so before.
   *
   * @param warnings of tables that have too little room
   */
  record Passed(List<NginxMessage> warnings) implements NginxTestResult {
    public Passed {
      warnings = List.copyOf(warnings);
    }
  }

  /** It refuses it, or would not do as it says. */
  record Refused(NginxMessage message) implements NginxTestResult {}

  /** It could not be asked. */
  record Unknown(String why) implements NginxTestResult {}

  /** Whether it is refused for the same reason as {@code other}. */
  default boolean isLike(Refused other) {
    return this instanceof Refused(NginxMessage message) && message.isLike(other.message());
  }
}

package dev.reconcile.apply;

import dev.reconcile.model.Memory;
import java.util.List;

/**
 * What an apply did.
 *
 * @param outcomes one for each change and handler, in the order in which they ended
 * @param memory what is remembered afterwards
 */
public record Applied(List<Outcome> outcomes, Memory memory) {
  public Applied {
    outcomes = List.copyOf(outcomes);
  }

  /** Whether all went well. */
  public boolean isComplete() {
    return outcomes.stream().allMatch(outcome -> outcome instanceof Outcome.Done);
  }

  /** How many were done. */
  public long doneCount() {
    return outcomes.stream().filter(outcome -> outcome instanceof Outcome.Done).count();
  }
}

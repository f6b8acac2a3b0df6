package dev.reconcile.doctor;

import dev.reconcile.host.LocalHost;
import java.time.Duration;
import java.util.List;

/** What reconcile keeps for itself. */
final class RecordChecks {
  private static final String STATE = LocalHost.STATE + "/state.json";
  private static final Duration LONGEST = Duration.ofHours(1); // that any run should take

  private RecordChecks() {}

  static List<Finding> state(Evidence evidence) {
    return evidence.damage().isEmpty()
        ? List.of()
        : List.of(
            new Finding(
                "state.json cannot be read",
                evidence.damage(),
                "mv " + STATE + " " + STATE + ".damaged && reconcile apply --take-over"));
  }

  static List<Finding> lock(Evidence evidence) {
    return evidence
        .holder()
        .filter(holder -> !evidence.now().isBefore(holder.since().plus(LONGEST)))
        .map(holder ->
            List.of(
                new Finding(
                    "A run holds the lock for long",
                    "Process "
                        + holder.pid()
                        + " has it since "
                        + holder.since()
                        + "; no other run can begin. What it leaves half done, the next one"
                        + " finishes.",
                    "kill " + holder.pid())))
        .orElse(List.of());
  }
}

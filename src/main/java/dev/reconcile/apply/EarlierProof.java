// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The result that the proof of a background process would have had before the run touched it. So a
 * process is dead before the run exactly if it fails the proof of the run with its old code too. A
 * count of restarts does not say that: a worker that ends by design, after so many jobs, is started
 * again and again, and works. How long it runs depends on its jobs, so its exit code counts.
 *
 * <p>Invariant: the constants are in the order of what they excuse, the strictest first.
 */
enum EarlierProof {
  /** It kept its main process for 5 s, or nothing says that it did not. */
  PASSED,

  /** It ended by itself with exit code 0, like a worker that has done its jobs or finds none. */
  ENDED,

  /** It did not run, or it failed within 5 s. */
  FAILED;

  /**
   * Judges a process.
   *
   * @param first what was known of it first
   * @param now what is known of it now, some time later
   * @param nanos the present time of {@code System.nanoTime}
   * @return the result; empty if it cannot be known before more of the 5 s have passed
   */
  static Optional<EarlierProof> of(ProcessState first, ProcessState now, long nanos) {
    if (now.isBetweenStarts()) {
      return Optional.of(ofEnd(now));
    }
    if (now.isAtWork()) {
      return Optional.empty();
    }
    if (!now.isActive()) {
      return Optional.of(FAILED); // systemd has given up, or somebody has stopped it
    }
    if (first.isActive() && !first.isUp(now.pid())) {
      return Optional.of(FAILED); // a drop-in may shorten the pause between two starts
    }
    Duration age = Duration.ofNanos(nanos - now.started());
    return age.compareTo(ProcessState.PROOF) < 0 ? Optional.empty() : Optional.of(PASSED);
  }

  private static EarlierProof ofEnd(ProcessState state) {
    if (state.couldNotStart()) {
      return FAILED; // the times are those of an earlier start
    }
    if (state.hasEndedWell()) {
      return ENDED;
    }
    return state.ran().compareTo(ProcessState.PROOF) < 0 ? FAILED : PASSED;
  }

  /** Tells whether a process that fails its proof now failed it in the same way before the run. */
  boolean excuses(ProcessState now) {
    return this == FAILED || (this == ENDED && now.hasEndedWell());
  }

  /** Returns the result of both that excuses less. */
  EarlierProof strictest(EarlierProof other) {
    return compareTo(other) <= 0 ? this : other;
  }

  /** Returns the word for the result in the record of a run. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the result with a word; {@link #PASSED}, which excuses nothing, for another word. */
  static EarlierProof of(String word) {
    return Arrays.stream(values()).filter(it -> it.word().equals(word)).findFirst().orElse(PASSED);
  }
}

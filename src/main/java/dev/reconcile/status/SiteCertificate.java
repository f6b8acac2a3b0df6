// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The certificate that a site shows.
 *
 * @param path its file
 * @param validity from when to when it is valid; empty if it cannot be read
 * @param trouble why it cannot be read; empty if it can
 */
public record SiteCertificate(String path, Optional<Validity> validity, String trouble) {
  private static final int SOON_DAYS = 14;

  /** When a certificate is valid. */
  public record Validity(Instant from, Instant until) {
    /** Whole days that are left; negative once it has expired. */
    public long daysLeft(Instant now) {
      return Math.floorDiv(until.getEpochSecond() - now.getEpochSecond(), 86_400L);
    }

    // One that is made for a week is renewed every few days: two thirds of its time may pass.
    private boolean endsSoon(Instant now) {
      Duration left = Duration.between(now, until);
      return left.toDays() < SOON_DAYS
          && left.multipliedBy(3).compareTo(Duration.between(from, until)) < 0;
    }
  }

  /** What is wrong with it, in a sentence; empty if nothing is. */
  public Optional<String> complaint(Instant now) {
    if (validity.isEmpty()) {
      return Optional.of("The certificate " + path + " cannot be read: " + trouble);
    }
    long days = validity.get().daysLeft(now);
    if (days < 0) {
      return Optional.of("The certificate " + path + " has expired " + -days + " d ago.");
    }
    if (now.isBefore(validity.get().from())) {
      return Optional.of("The certificate " + path + " is not valid yet.");
    }
    return validity.get().endsSoon(now)
        ? Optional.of("The certificate " + path + " expires in " + days + " d.")
        : Optional.empty();
  }
}

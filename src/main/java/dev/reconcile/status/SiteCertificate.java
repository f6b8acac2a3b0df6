// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The certificate of a site.
 *
 * @param path the path of its file
 * @param validity the period of its validity; empty if the file cannot be read
 * @param problem why the file cannot be read; empty if it can
 */
public record SiteCertificate(String path, Optional<Validity> validity, String problem) {
  private static final int SOON_DAYS = 14;

  /** The period in which a certificate is valid. */
  public record Validity(Instant from, Instant until) {
    /** Returns the whole days that are left; negative after the expiry. */
    public long daysLeft(Instant now) {
      return Math.floorDiv(until.getEpochSecond() - now.getEpochSecond(), 86_400L);
    }

    // A certificate with a validity of one week is renewed every few days, so the end is near only
    // in the last third of the validity.
    private boolean endsSoon(Instant now) {
      Duration left = Duration.between(now, until);
      return left.toDays() < SOON_DAYS
          && left.multipliedBy(3).compareTo(Duration.between(from, until)) < 0;
    }
  }

  /** Returns the problem of the certificate as a sentence; empty if it has none. */
  public Optional<String> problem(Instant now) {
    if (validity.isEmpty()) {
      return Optional.of("The certificate " + path + " cannot be read: " + problem);
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

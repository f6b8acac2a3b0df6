// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
import dev.reconcile.host.LocalHost;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * A refused order of a certificate. reconcile remembers it so that it does not repeat the order in
 * every run, because CAs rate-limit failed orders.
 *
 * @param order the digest of the order; another order is no repetition
 * @param count how often in succession the CA refused it
 * @param next the time from which it may be ordered again
 */
public record CertificateBackoff(String order, int count, Instant next) {
  private static final String FOLDER = LocalHost.STATE + "/certificates/";

  // at most four within an hour: Let's Encrypt allows five failures an hour for a name
  private static final Duration FIRST_WAIT = Duration.ofMinutes(15);
  private static final Duration LONGEST_WAIT = Duration.ofHours(24);
  private static final int MOST_DOUBLINGS = 7;

  /** Returns the file that remembers the setback of the certificate with this name. */
  public static String path(String name) {
    return FOLDER + name;
  }

  /** Returns the remembered setback; empty if there is none or the file cannot be parsed. */
  public static Optional<CertificateBackoff> of(Facts facts, String name) throws HostException {
    if (facts.stat(path(name)).isEmpty()) {
      return Optional.empty();
    }
    String text = facts.readText(path(name), Limits.KEY_FILE);
    String[] lines = text.split("\n", -1);
    try {
      return lines.length < 3
          ? Optional.empty()
          : Optional.of(
              new CertificateBackoff(
                  lines[0], Integer.parseInt(lines[1]), Instant.parse(lines[2])));
    } catch (NumberFormatException | DateTimeParseException e) {
      return Optional.empty(); // written by another version: at worst the order is repeated once
    }
  }

  /**
   * Returns the setback after a refusal; each refusal doubles the wait.
   *
   * @param earlier the setback before, if there was one
   * @param order the digest of the order
   * @param now the time of the refusal
   */
  public static CertificateBackoff after(
      Optional<CertificateBackoff> earlier, String order, Instant now) {
    int count =
        earlier
            .filter(backoff -> backoff.order().equals(order))
            .map(CertificateBackoff::count)
            .orElse(0);
    Duration doubled = FIRST_WAIT.multipliedBy(1L << Math.min(count, MOST_DOUBLINGS));
    Duration wait = doubled.compareTo(LONGEST_WAIT) < 0 ? doubled : LONGEST_WAIT;
    return new CertificateBackoff(order, count + 1, now.truncatedTo(ChronoUnit.SECONDS).plus(wait));
  }

  /** Returns the file's text. */
  public String text() {
    return order + "\n" + count + "\n" + next + "\n";
  }
}

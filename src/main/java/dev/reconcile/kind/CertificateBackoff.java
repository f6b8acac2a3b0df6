package dev.reconcile.kind;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * An order of a certificate that was refused, remembered so that the same is not ordered in every
 * run: whoever issues certificates counts failures, and shuts out who makes too many.
 *
 * @param order what was ordered; another order is no repetition
 * @param count how often in succession it was refused
 * @param next from when on it is tried again
 */
public record CertificateBackoff(String order, int count, Instant next) {
  private static final String FOLDER = LocalHost.STATE + "/certificates/";
  private static final int MOST_BYTES = 64 << 10;

  // at most four within an hour: Let's Encrypt allows five failures an hour for a name
  private static final Duration FIRST_WAIT = Duration.ofMinutes(15);
  private static final Duration LONGEST_WAIT = Duration.ofHours(24);
  private static final int MOST_DOUBLINGS = 7;

  /** Where it is remembered for the certificate of this name. */
  public static String path(String name) {
    return FOLDER + name;
  }

  /** The one that is remembered; empty if there is none, or none that can be understood. */
  public static Optional<CertificateBackoff> of(Facts facts, String name) throws HostException {
    if (facts.stat(path(name)).isEmpty()) {
      return Optional.empty();
    }
    String text = new String(facts.read(path(name), MOST_BYTES), StandardCharsets.UTF_8);
    String[] lines = text.split("\n", -1);
    try {
      return lines.length < 3
          ? Optional.empty()
          : Optional.of(
              new CertificateBackoff(
                  lines[0], Integer.parseInt(lines[1]), Instant.parse(lines[2])));
    } catch (NumberFormatException | java.time.format.DateTimeParseException e) {
      return Optional.empty(); // of another version: at worst it is tried once more
    }
  }

  /**
   * The one that follows a refusal: each time the wait is twice as long.
   *
   * @param earlier the one before, if there was one
   * @param order what was ordered
   * @param now when it was refused
   */
  public static CertificateBackoff after(
      Optional<CertificateBackoff> earlier, String order, Instant now) {
    int count =
        earlier.filter(one -> one.order().equals(order)).map(CertificateBackoff::count).orElse(0);
    Duration doubled = FIRST_WAIT.multipliedBy(1L << Math.min(count, MOST_DOUBLINGS));
    Duration wait = doubled.compareTo(LONGEST_WAIT) < 0 ? doubled : LONGEST_WAIT;
    return new CertificateBackoff(order, count + 1, now.truncatedTo(ChronoUnit.SECONDS).plus(wait));
  }

  /** As it is remembered. */
  public String text() {
    return order + "\n" + count + "\n" + next + "\n";
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.permute;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The position at which output resumes: {@code v1:SIZE:FINGERPRINT:NEXT}. Invariant: the token
 * contains no key, only a fingerprint that tells whether a key is the same.
 *
 * @param order what each position prints; its word is the token's first part
 * @param size how many numbers there are from 0 on, 1 to 2^64, decimal; or {@code A..B} for the
 *     numbers A to B
 * @param fingerprint the fingerprint of the key, 16 hexadecimal digits
 * @param next the first position that is not printed yet, decimal
 */
public record ResumeToken(Order order, String size, String fingerprint, String next) {
  private static final int FINGERPRINT_BYTES = 8;
  private static final Pattern SHAPE =
      Pattern.compile(
          """
          ([a-z0-9-]+):([0-9]{1,20}|-?[0-9]{1,20}\\.\\.-?[0-9]{1,20})\
          :([0-9a-f]{16}):([0-9]{1,20})\
          """);

  /**
   * Returns the first 8 bytes of the SHA-256 of the algorithm's id, a byte 1 and the key. Because
   * of that byte the fingerprint reveals nothing of a schedule.
   *
   * @param key any bytes
   * @return 16 hexadecimal digits
   */
  public static String fingerprint(byte[] key) {
    MessageDigest sha256 = Mixer.sha256();
    sha256.update(Algorithm.KEYED_PERMUTATION_V1.id().getBytes(StandardCharsets.US_ASCII));
    sha256.update((byte) 1);
    return HexFormat.of().formatHex(Arrays.copyOf(sha256.digest(key), FINGERPRINT_BYTES));
  }

  /** Parses a token; empty if the text has another form. */
  public static Optional<ResumeToken> parse(String text) {
    Matcher parts = SHAPE.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    return Arrays.stream(Order.values())
        .filter(order -> order.word().equals(parts.group(1)))
        .findFirst()
        .map(order -> new ResumeToken(order, parts.group(2), parts.group(3), parts.group(4)));
  }

  /** Returns the token as it is printed and typed. */
  public String text() {
    return order.word() + ":" + size + ":" + fingerprint + ":" + next;
  }
}

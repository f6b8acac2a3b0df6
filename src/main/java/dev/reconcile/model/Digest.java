// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A short digest of a text: equal for equal texts, and different for different texts except with
 * negligible probability.
 *
 * @param hex 20 hexadecimal digits: the first 80 bits of the SHA-256 of the text's UTF-8
 */
public record Digest(String hex) {
  private static final int BYTES = 10;
  private static final int BLOCK = 64;

  /** Returns the digest of {@code text}. */
  public static Digest of(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return new Digest(HexFormat.of().formatHex(hash, 0, BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * Returns the digest of {@code text} that nobody can compute without the key: the first 80 bits
   * of HMAC-SHA-256 (RFC 2104).
   *
   * @param key at most 64 bytes
   */
  public static Digest keyed(byte[] key, String text) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(padded(key, 0x36));
      byte[] inner = sha.digest(text.getBytes(StandardCharsets.UTF_8));
      sha.update(padded(key, 0x5c));
      return new Digest(HexFormat.of().formatHex(sha.digest(inner), 0, BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static byte[] padded(byte[] key, int pad) {
    byte[] block = Arrays.copyOf(key, BLOCK);
    for (int i = 0; i < BLOCK; i++) {
      block[i] ^= (byte) pad;
    }
    return block;
  }
}

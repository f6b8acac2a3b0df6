// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A short digest of a text: equal for equal texts, and different for different texts except with
 * negligible probability.
 *
 * @param hex 20 hexadecimal digits: the first 80 bits of the SHA-256 of the text's UTF-8
 */
public record Digest(String hex) {
  private static final int BYTES = 10;

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
}

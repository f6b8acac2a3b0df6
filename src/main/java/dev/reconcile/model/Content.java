// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of a file, immutable and compared by value.
 *
 * @param bytes the bytes; never changed after construction
 * @param secret whether the bytes must never be shown. Secrets compare like any other content, but
 *     {@code toString} never holds them
 */
@SuppressWarnings("ArrayRecordComponent") // copied on the way in and out, compared by value
public record Content(byte[] bytes, boolean secret) {
  public Content {
    bytes = bytes.clone();
  }

  /** Returns the UTF-8 form of {@code text}. */
  public static Content of(String text) {
    return new Content(text.getBytes(StandardCharsets.UTF_8), false);
  }

  /** Returns the UTF-8 form of {@code text} as a secret. */
  public static Content secret(String text) {
    return new Content(text.getBytes(StandardCharsets.UTF_8), true);
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Returns the bytes decoded as UTF-8, secrets included: callers must check {@link #secret()}. */
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Returns the number of bytes. */
  public int size() {
    return bytes.length;
  }

  /** Tells whether the first 8000 bytes hold a NUL, which no text file has. */
  public boolean isBinary() {
    int limit = Math.min(bytes.length, 8000);
    for (int i = 0; i < limit; i++) {
      if (bytes[i] == 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Content that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return secret ? "Content[secret]" : "Content[" + bytes.length + " bytes]";
  }
}

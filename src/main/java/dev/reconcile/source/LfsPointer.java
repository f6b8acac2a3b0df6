// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pointer that Git LFS commits in place of a file (git-lfs-pointer, SPEC.md of git-lfs).
 *
 * @param oid the SHA-256 of the content, 64 hexadecimal digits
 * @param size the content's size in bytes
 */
public record LfsPointer(String oid, long size) {
  /**
   * The largest file that can be a pointer, in bytes: git-lfs does not look into a larger one
   * either.
   */
  static final int MOST_BYTES = 1023;

  private static final Pattern BEGINNING =
      Pattern.compile("version https://(git-lfs\\.github|hawser\\.github)\\.com/spec/v1\\r?\\n");
  private static final Pattern WHOLE =
      Pattern.compile(
          BEGINNING.pattern() + "oid sha256:([0-9a-f]{64})\\r?\\nsize ([0-9]{1,18})\\s*");

  /** Parses a pointer; empty if the file is not a pointer, is malformed, or uses extensions. */
  public static Optional<LfsPointer> parse(byte[] content) {
    if (!isMeant(content)) {
      return Optional.empty();
    }
    Matcher whole = WHOLE.matcher(text(content));
    return whole.matches()
        ? Optional.of(
            new LfsPointer(
                String.valueOf(whole.group(2)), Long.parseLong(String.valueOf(whole.group(3)))))
        : Optional.empty();
  }

  /** Tells whether a file begins as a pointer. Such a file must not be deployed as content. */
  public static boolean isMeant(byte[] content) {
    return content.length <= MOST_BYTES
        && content.length > 0
        && content[0] == 'v'
        && BEGINNING.matcher(text(content)).lookingAt();
  }

  private static String text(byte[] content) {
    return new String(content, StandardCharsets.ISO_8859_1);
  }
}

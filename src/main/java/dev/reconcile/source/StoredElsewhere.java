// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import dev.reconcile.source.SourceException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The check for files of git-crypt and git-annex: a commit has their content only encrypted, or not
 * at all. If they were written as they are, an app would read ciphertext, or a dangling link.
 */
final class StoredElsewhere {
  // git-crypt's file format: https://github.com/AGWA/git-crypt, "commands.cpp"
  private static final byte[] CIPHERTEXT = "\0GITCRYPT\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] POINTER = "/annex/objects/".getBytes(StandardCharsets.US_ASCII);
  private static final int MOST_BYTES = 1 << 20;

  private StoredElsewhere() {}

  /**
   * Returns the reason why a file cannot be written; empty if it can.
   *
   * @param path the path of the file
   * @param filter the file's {@code filter} attribute; empty for none
   * @param entry the file's entry in the tree
   * @param objects the contents of files
   */
  static Optional<SourceException> file(
      String path, String filter, Entry entry, FileContents objects) throws SourceException {
    boolean isCrypt = filter.startsWith("git-crypt");
    if ((!isCrypt && !filter.equals("annex")) || objects.size(entry.id()) > MOST_BYTES) {
      return Optional.empty();
    }
    byte[] content = objects.readOnce(entry.id(), MOST_BYTES).content();
    if (isCrypt && startsWith(content, CIPHERTEXT)) {
      return Optional.of(
          new SourceException(
              Reason.UNSAFE_TREE,
              "Encrypted file",
              """
              %s is encrypted with git-crypt, and reconcile has no key for it. Take \
              it out of the repository, and give the app its secrets with "secrets".\
              """
                  .formatted(PrintableText.line(path))));
    }
    return !isCrypt && startsWith(content, POINTER) ? Optional.of(annexed(path)) : Optional.empty();
  }

  private static boolean startsWith(byte[] content, byte[] magic) {
    return content.length >= magic.length
        && Arrays.equals(content, 0, magic.length, magic, 0, magic.length);
  }

  /** Reports whether a link leads to the store of git-annex, which no checkout has. */
  static boolean isAnnexed(String target) {
    return target.contains(".git/annex/objects/");
  }

  /** Returns the reason why a file of git-annex cannot be written. */
  static SourceException annexed(String path) {
    return new SourceException(
        Reason.UNSAFE_TREE,
        "File in git-annex",
        """
        git-annex keeps the content of %s outside of the commit, and reconcile \
        does not fetch it. Commit the file itself, or use Git LFS.\
        """
            .formatted(PrintableText.line(path)));
  }
}

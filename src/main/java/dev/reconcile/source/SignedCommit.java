// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A commit object, split into its signature and the bytes that were signed.
 *
 * <p>Invariant: {@code payload} is the whole object except its {@code gpgsig} header.
 */
public final class SignedCommit {
  /** The format of a signature. */
  public enum Format {
    /** An ssh signature (git's {@code gpg.format=ssh}), verified by ssh-keygen. */
    SSH,
    /** An OpenPGP signature (git's default), verified by gpgv. */
    OPENPGP,
    /** A format that reconcile cannot verify. */
    UNKNOWN
  }

  private static final byte[] HEADER = "gpgsig ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] COMMITTER = "committer ".getBytes(StandardCharsets.US_ASCII);

  private final ByteArrayOutputStream payload = new ByteArrayOutputStream();
  private final ByteArrayOutputStream signature = new ByteArrayOutputStream();
  private String committer = "";
  private int signatures;

  private SignedCommit() {}

  /** Splits a commit object. */
  public static SignedCommit of(byte[] commit) {
    SignedCommit parts = new SignedCommit();
    int at = 0;
    boolean inSignature = false;
    while (at < commit.length && commit[at] != '\n') {
      int end = endOfLine(commit, at);
      boolean continued = commit[at] == ' ';
      inSignature = continued ? inSignature : startsWith(commit, at, HEADER);
      if (inSignature) {
        int skipped = continued ? 1 : HEADER.length;
        parts.signatures += continued ? 0 : 1;
        parts.signature.write(commit, at + skipped, end - at - skipped);
      } else {
        parts.payload.write(commit, at, end - at);
        parts.noteCommitter(commit, at, end);
      }
      at = end;
    }
    parts.payload.write(commit, at, commit.length - at);
    return parts;
  }

  // Only this line is decoded: decoding the whole commit would alter bytes that are not UTF-8.
  private void noteCommitter(byte[] commit, int at, int end) {
    if (committer.isEmpty() && startsWith(commit, at, COMMITTER)) {
      String line = new String(commit, at, end - at, StandardCharsets.UTF_8);
      committer =
          PrintableText.line(
              line.substring(
                  COMMITTER.length, Math.max(COMMITTER.length, line.lastIndexOf('>') + 1)));
    }
  }

  private static int endOfLine(byte[] bytes, int from) {
    for (int at = from; at < bytes.length; at++) {
      if (bytes[at] == '\n') {
        return at + 1;
      }
    }
    return bytes.length;
  }

  private static boolean startsWith(byte[] bytes, int at, byte[] beginning) {
    return Arrays.equals(
        bytes, at, Math.min(bytes.length, at + beginning.length), beginning, 0, beginning.length);
  }

  /** Returns the bytes that were signed. */
  public byte[] payload() {
    return payload.toByteArray();
  }

  /** Returns the armoured signature; empty if the commit has none. */
  public Optional<byte[]> signature() {
    return signatures == 0 ? Optional.empty() : Optional.of(signature.toByteArray());
  }

  /** Returns the signature's format; UNKNOWN for more than one signature. */
  public Format format() {
    String text = signature.toString(StandardCharsets.US_ASCII);
    if (signatures > 1) {
      return Format.UNKNOWN;
    }
    if (text.startsWith("-----BEGIN SSH SIGNATURE-----\n")) {
      return Format.SSH;
    }
    return text.startsWith("-----BEGIN PGP SIGNATURE-----\n") ? Format.OPENPGP : Format.UNKNOWN;
  }

  /** Returns the committer's name and address on one line. They are a claim, not a proof. */
  public String committer() {
    return committer;
  }
}

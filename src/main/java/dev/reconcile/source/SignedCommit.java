package dev.reconcile.source;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A commit object taken apart into its signature and the bytes that the signature is for.
 *
 * <p>Invariant: {@code payload} is the object without its {@code gpgsig} header, and nothing else
 * is left out of it.
 */
public final class SignedCommit {
  /** Who can check a signature. */
  public enum Format {
    /** ssh-keygen: git's {@code gpg.format=ssh}. */
    SSH,
    /** gpgv: git's default. */
    OPENPGP,
    /** Nobody here. */
    UNKNOWN
  }

  private static final byte[] HEADER = "gpgsig ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] COMMITTER = "committer ".getBytes(StandardCharsets.US_ASCII);

  private final ByteArrayOutputStream payload = new ByteArrayOutputStream();
  private final ByteArrayOutputStream signature = new ByteArrayOutputStream();
  private String committer = "";
  private int signatures;

  private SignedCommit() {}

  /** Takes a commit object apart. */
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

  // Commits are bytes: as characters, what is not UTF-8 would come out as something else.
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

  /** The bytes that were signed. */
  public byte[] payload() {
    return payload.toByteArray();
  }

  /** The signature, armoured; empty if the commit has none. */
  public Optional<byte[]> signature() {
    return signatures == 0 ? Optional.empty() : Optional.of(signature.toByteArray());
  }

  /** What kind of signature it is; two signatures are none that anybody here can check. */
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

  /** Who claims to have made the commit, on one line; proves nothing. */
  public String committer() {
    return committer;
  }
}

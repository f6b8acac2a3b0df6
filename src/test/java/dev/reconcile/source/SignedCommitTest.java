// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What of a commit object is the signature, and what it is for. */
final class SignedCommitTest {
  private static final String HEAD = "tree 1234\nauthor A <a@x> 1 +0000\n";
  private static final String COMMITTER = "committer Ann \u00ff <ann@x> 1700000000 +0000\n";
  private static final String SSH =
      "gpgsig -----BEGIN SSH SIGNATURE-----\n U1NI\n -----END SSH SIGNATURE-----\n";
  private static final String PGP =
      "gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ\n -----END PGP SIGNATURE-----\n";

  private static SignedCommit parse(String object) {
    return SignedCommit.of(object.getBytes(ISO_8859_1));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }

  @Test
  void signatureIsTakenOutAndNothingElse() {
    String message = "\nmessage\ngpgsig of the message\n gpgsig\n\u00e9\n";

    SignedCommit commit = parse(HEAD + COMMITTER + SSH + "encoding x\n" + message);

    assertThat(text(commit.payload())).isEqualTo(HEAD + COMMITTER + "encoding x\n" + message);
    assertThat(text(commit.signature().orElseThrow()))
        .isEqualTo("-----BEGIN SSH SIGNATURE-----\nU1NI\n-----END SSH SIGNATURE-----\n");
    assertThat(commit.format()).isEqualTo(SignedCommit.Format.SSH);
    assertThat(commit.committer()).startsWith("Ann ").endsWith("<ann@x>");
  }

  @Test
  void emptyLinesOfAnArmourBelongToTheSignature() {
    SignedCommit commit = parse(HEAD + COMMITTER + PGP + "\nm\n");

    assertThat(text(commit.payload())).isEqualTo(HEAD + COMMITTER + "\nm\n");
    assertThat(text(commit.signature().orElseThrow()))
        .isEqualTo("-----BEGIN PGP SIGNATURE-----\n\niQ\n-----END PGP SIGNATURE-----\n");
    assertThat(commit.format()).isEqualTo(SignedCommit.Format.OPENPGP);
  }

  @Test
  void commitWithoutOneIsUnsignedWhateverItsMessageSays() {
    SignedCommit commit = parse(HEAD + COMMITTER + "\n" + SSH);

    assertThat(commit.signature()).isEmpty();
    assertThat(text(commit.payload())).isEqualTo(HEAD + COMMITTER + "\n" + SSH);
  }

  @Test
  void linesOfAnotherHeaderAreNoSignature() {
    String merge = "mergetag object 12\n type commit\n gpgsig -----BEGIN SSH SIGNATURE-----\n";

    SignedCommit commit = parse(HEAD + COMMITTER + merge + "\nm\n");

    assertThat(commit.signature()).isEmpty();
    assertThat(text(commit.payload())).isEqualTo(HEAD + COMMITTER + merge + "\nm\n");
  }

  @Test
  void twoSignaturesAndOtherKindsAreNotChecked() {
    assertThat(parse(HEAD + SSH + PGP + "\nm\n").format()).isEqualTo(SignedCommit.Format.UNKNOWN);
    assertThat(parse(HEAD + SSH + SSH + "\nm\n").format()).isEqualTo(SignedCommit.Format.UNKNOWN);
    assertThat(parse(HEAD + "gpgsig -----BEGIN SIGNED MESSAGE-----\n \n\nm\n").format())
        .isEqualTo(SignedCommit.Format.UNKNOWN);
  }

  @Test
  void objectsThatEndEarlyAreTakenAsTheyAre() {
    assertThat(parse("").signature()).isEmpty();
    assertThat(parse("gpgsig ").signature())
        .hasValueSatisfying(bytes -> assertThat(bytes).isEmpty());
    assertThat(text(parse("tree 12").payload())).isEqualTo("tree 12");
    assertThat(parse("committer nobody\n\nm").committer()).isEmpty();
  }
}

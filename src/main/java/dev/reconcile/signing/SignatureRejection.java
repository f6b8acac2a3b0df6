// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.signing;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.source.Commit;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rejection of a commit: the reason, the signer and the remedy.
 *
 * @param repo the repository of the commit
 * @param commit the commit
 * @param committer the committer that the commit names, which is not verified
 * @param folder the directory of the allowed keys
 */
record SignatureRejection(String repo, Commit commit, String committer, Path folder) {
  private static final int LONGEST = 400;
  private static final Pattern VALIDITY = Pattern.compile("valid-(before|after) \\S+");

  /** Returns the rejection for a reason that a good signature removes. */
  CommandFailed because(String summary, String why) {
    return of(
            summary,
            why,
            "Sign the commit itself (a signed tag does not count) with a key of "
                + folder
                + "/allowed_signers (SSH) or allowed_keys.gpg (OpenPGP), and push it.")
        .suggesting("git commit --amend --no-edit -S");
  }

  /** Returns the rejection for any other reason. */
  CommandFailed of(String summary, String why, String whatToDo) {
    return new CommandFailed(
        ExitCode.NOT_PERMITTED,
        summary,
        "Commit "
            + commit.id().substring(0, 12)
            + " of "
            + repo
            + " (committer, as it says: "
            + committer
            + "). "
            + why
            + "\nNothing was changed, because --verify-commit asks for a good signature. "
            + whatToDo);
  }

  /**
   * Returns the rejection for a key that ssh-keygen does not find allowed.
   *
   * @param signer the key
   * @param words the message of ssh-keygen
   * @param keys the file of the allowed keys
   */
  CommandFailed bySsh(String signer, String words, Path keys) {
    String said = line(words);
    Matcher time = VALIDITY.matcher(said);
    if (time.find()) {
      return because(
          "A signature by an expired key",
          "It is signed by "
              + signer
              + ", outside the time for which "
              + keys
              + " allows it: "
              + time.group());
    }
    if (said.contains("not permitted for use in signature namespace")) {
      return because(
          "A signature by an unknown key",
          "It is signed by " + signer + ", which is not allowed to sign commits: " + said);
    }
    return unknown(signer, keys, said);
  }

  /**
   * Returns the rejection for a signature that gpgv does not find good.
   *
   * @param signer the key
   * @param verdicts the status keywords of gpgv, one for each signature
   * @param said the message of gpgv
   * @param keys the file of the allowed keys
   */
  CommandFailed byOpenPgp(String signer, List<String> verdicts, String said, Path keys) {
    String verdict = verdicts.size() == 1 ? verdicts.getFirst() : "";
    return switch (verdict) {
      case "EXPKEYSIG", "EXPSIG" ->
          because(
              "A signature by an expired key",
              "It is signed by " + signer + ", and key or signature has expired.");
      case "REVKEYSIG" ->
          because(
              "A signature by a revoked key", "It is signed by " + signer + ", which was revoked.");
      case "ERRSIG" -> unknown(signer, keys, said);
      default ->
          because(
              "A bad signature",
              "It says it is signed by " + signer + ", but its signature is not for it: " + said);
    };
  }

  private CommandFailed unknown(String signer, Path keys, String said) {
    return because(
        "A signature by an unknown key",
        "It is signed by " + signer + ", which is not in " + keys + ": " + said);
  }

  /**
   * Joins the message of a program into one line without control characters, because it may quote
   * the untrusted commit.
   */
  static String line(String text) {
    String clean = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]+", " ").strip();
    return clean.substring(0, Math.min(clean.length(), LONGEST));
  }
}

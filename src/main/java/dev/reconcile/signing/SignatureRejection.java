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
            """
            Sign the commit itself (a signed tag does not count) with a key of \
            %s/allowed_signers (SSH) or allowed_keys.gpg (OpenPGP), and push it.\
            """
                .formatted(folder))
        .suggesting("git commit --amend --no-edit -S");
  }

  /** Returns the rejection for any other reason. */
  CommandFailed of(String summary, String why, String whatToDo) {
    return new CommandFailed(
        ExitCode.NOT_PERMITTED,
        summary,
        """
        Commit %s of %s (committer, not verified: %s). %s
        Nothing was changed, because --verify-commit requires a good signature. %s\
        """
            .formatted(commit.id().substring(0, 12), repo, committer, why, whatToDo));
  }

  /**
   * Returns the rejection for a key that ssh-keygen does not find allowed.
   *
   * @param signer the key
   * @param words the message of ssh-keygen
   * @param keys the file of the allowed keys
   */
  CommandFailed bySsh(String signer, String words, Path keys) {
    String output = line(words);
    Matcher time = VALIDITY.matcher(output);
    if (time.find()) {
      return because(
          "Signature by an expired key",
          "It is signed by %s, outside the time for which %s allows it: %s"
              .formatted(signer, keys, time.group()));
    }
    if (output.contains("not permitted for use in signature namespace")) {
      return because(
          "Signature by an unknown key",
          "It is signed by " + signer + ", which is not allowed to sign commits: " + output);
    }
    return unknown(signer, keys, output);
  }

  /**
   * Returns the rejection for a signature that gpgv does not find good.
   *
   * @param signer the key
   * @param verdicts the status keywords of gpgv, one for each signature
   * @param output the message of gpgv
   * @param keys the file of the allowed keys
   */
  CommandFailed byOpenPgp(String signer, List<String> verdicts, String output, Path keys) {
    String verdict = verdicts.size() == 1 ? verdicts.getFirst() : "";
    return switch (verdict) {
      case "EXPKEYSIG", "EXPSIG" ->
          because(
              "Signature by an expired key",
              "It is signed by " + signer + ", and key or signature has expired.");
      case "REVKEYSIG" ->
          because(
              "Signature by a revoked key", "It is signed by " + signer + ", which was revoked.");
      case "ERRSIG" -> unknown(signer, keys, output);
      default ->
          because(
              "Bad signature",
              "It claims to be signed by %s, but its signature does not match its content: %s"
                  .formatted(signer, output));
    };
  }

  private CommandFailed unknown(String signer, Path keys, String output) {
    return because(
        "Signature by an unknown key",
        "It is signed by " + signer + ", which is not in " + keys + ": " + output);
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

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.signing;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Content;
import dev.reconcile.source.Commit;
import dev.reconcile.source.SignedCommit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The policy that accepts a commit only with a good signature by a key that this machine allows.
 * ssh-keygen or gpgv checks the signature before any content of the commit is read.
 *
 * <p>Invariant: a signature that cannot be verified is rejected.
 */
public final class SignaturePolicy {
  private static final Path USUAL = Path.of("/etc/reconcile");
  private static final String SIGNERS = "allowed_signers";
  private static final String KEYRING = "allowed_keys.gpg";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMddHHmmss").withZone(ZoneOffset.UTC);
  private static final Pattern SSH_KEY = Pattern.compile("with (\\S+ key \\S+)");
  private static final Pattern VERDICT =
      Pattern.compile(
          "^\\[GNUPG:] (GOODSIG|EXPSIG|EXPKEYSIG|REVKEYSIG|BADSIG|ERRSIG) ", Pattern.MULTILINE);
  private static final Pattern OPENPGP_KEY =
      Pattern.compile(
          "^\\[GNUPG:] (?:VALIDSIG .*\\b|ERRSIG .* |BADSIG )([0-9A-F]{16,64})\\b",
          Pattern.MULTILINE);

  private final CommandRunner commands;
  private final Path folder;

  /** Creates the policy with the keys in {@code /etc/reconcile}. */
  public SignaturePolicy(CommandRunner commands) {
    this(commands, USUAL);
  }

  SignaturePolicy(CommandRunner commands, Path folder) {
    this.commands = commands;
    this.folder = folder;
  }

  /**
   * Checks that a commit carries a good signature.
   *
   * @param repo the repository of the commit, for messages
   * @param commit the commit
   * @param raw the commit object as git stores it
   * @throws CommandFailed if the signature is missing, not good, or cannot be checked
   */
  public void check(String repo, Commit commit, byte[] raw) throws CommandFailed {
    SignedCommit signed = SignedCommit.of(raw);
    SignatureRejection refusal = new SignatureRejection(repo, commit, signed.committer(), folder);
    if (signed.signature().isEmpty()) {
      throw refusal.because("Unsigned commit", "It carries no signature.");
    }
    try {
      switch (signed.format()) {
        case SSH -> ssh(signed, commit, refusal, keys(SIGNERS, refusal));
        case OPENPGP -> openPgp(signed, refusal, keys(KEYRING, refusal));
        case UNKNOWN ->
            throw refusal.because(
                "Unverifiable signature",
                """
                Its signature has an unknown format, or it has several signatures. reconcile \
                accepts one SSH or OpenPGP signature.\
                """);
      }
    } catch (HostException e) {
      throw refusal
          .of("Unverifiable signature", e.getMessage() + ".", "Is the program installed?")
          .suggesting(
              "apt-get install -y %s"
                  .formatted(
                      signed.format() == SignedCommit.Format.SSH ? "openssh-client" : "gpgv"));
    } catch (IOException e) {
      throw refusal.of("Unverifiable signature", e + ".", "Check the free space of /tmp.");
    }
  }

  private Path keys(String name, SignatureRejection refusal) throws CommandFailed, IOException {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      boolean isSsh = name.equals(SIGNERS);
      throw refusal
          .of(
              "Missing file of allowed keys",
              "It is signed, but " + file + " does not exist, so no key is allowed.",
              "Write it, owned by root, mode 0644%s"
                  .formatted(isSsh ? ", as in ssh-keygen(1), ALLOWED SIGNERS." : "."))
          .suggesting(
              isSsh ? "echo \"NAME $(cat KEY.pub)\" >> " + file : "gpg --export KEY > " + file);
    }
    Optional<KeyFile.Fault> fault = KeyFile.fault(file);
    if (fault.isPresent()) {
      throw refusal
          .of("Keys writable by other users", fault.get().words(), "Check its content as well.")
          .suggesting(fault.get().command());
    }
    return file;
  }

  // As in git, the key must be allowed at the time of the commit. It must be allowed now as well,
  // because the holder of an expired key can write any time into a commit.
  private void ssh(SignedCommit signed, Commit commit, SignatureRejection refusal, Path keys)
      throws CommandFailed, HostException, IOException {
    try (SignatureFiles files = SignatureFiles.of(signed)) {
      var known = run(signed, "-Y", "check-novalidate", "-n", "git", "-s", files.sign());
      if (!known.ok()) {
        throw refusal.because(
            "Bad signature", "Its signature does not match its content: " + lastLine(known));
      }
      Matcher key = SSH_KEY.matcher(known.out());
      String signer = key.find() ? key.group(1) : "an unknown key";
      String time = "-Overify-time=" + TIME.format(commit.time());
      var found =
          run(signed, "-Y", "find-principals", "-f", keys.toString(), "-s", files.sign(), time);
      String words = found.err();
      for (String principal : found.ok() ? found.out().lines().toList() : List.<String>of()) {
        String[] verify = {
          "-Y", "verify", "-f", keys.toString(), "-I", principal, "-n", "git", "-s", files.sign()
        };
        var then = run(signed, with(verify, time));
        var now = then.ok() ? run(signed, verify) : then;
        if (now.ok()) {
          return;
        }
        words = now.err();
      }
      throw refusal.bySsh(signer, words, keys);
    }
  }

  private static String[] with(String[] words, String more) {
    return Stream.concat(Stream.of(words), Stream.of(more)).toArray(String[]::new);
  }

  // ssh-keygen runs in UTC, so that a time without a zone in allowed_signers means the same on
  // every machine.
  private CommandRunner.Result run(SignedCommit signed, String... words) throws HostException {
    String[] argv = Stream.concat(Stream.of("ssh-keygen"), Stream.of(words)).toArray(String[]::new);
    return commands.run(
        Command.of(argv).reading(new Content(signed.payload(), false)).with("TZ", "UTC"));
  }

  private void openPgp(SignedCommit signed, SignatureRejection refusal, Path keys)
      throws CommandFailed, HostException, IOException {
    try (SignatureFiles files = SignatureFiles.of(signed)) {
      var result =
          commands.run(
              Command.of(
                  "gpgv",
                  "--status-fd",
                  "1",
                  "--homedir",
                  files.folder(),
                  "--keyring",
                  keys.toString(),
                  files.sign(),
                  files.payload()));
      List<String> verdicts =
          VERDICT.matcher(result.out()).results().map(verdict -> verdict.group(1)).toList();
      // The exit status is 0 even for a key that has expired or was revoked.
      if (result.ok() && verdicts.equals(List.of("GOODSIG"))) {
        return;
      }
      Matcher key = OPENPGP_KEY.matcher(result.out());
      String signer = key.find() ? "key " + key.group(1) : "an unknown key";
      throw refusal.byOpenPgp(signer, verdicts, lastLine(result), keys);
    }
  }

  private static String lastLine(CommandRunner.Result result) {
    return SignatureRejection.line(result.err());
  }

  /** The signature and the signed text, as files in a directory that only its owner can read. */
  private record SignatureFiles(Path home) implements AutoCloseable {
    static SignatureFiles of(SignedCommit signed) throws IOException {
      SignatureFiles files = new SignatureFiles(Files.createTempDirectory("reconcile-signature"));
      Files.write(Path.of(files.payload()), signed.payload());
      Files.write(Path.of(files.sign()), signed.signature().orElseThrow());
      return files;
    }

    String folder() {
      return home.toString();
    }

    String payload() {
      return home.resolve("commit").toString();
    }

    String sign() {
      return home.resolve("signature").toString();
    }

    @Override
    public void close() throws IOException {
      Files.deleteIfExists(Path.of(payload()));
      Files.deleteIfExists(Path.of(sign()));
      Files.deleteIfExists(home);
    }
  }
}

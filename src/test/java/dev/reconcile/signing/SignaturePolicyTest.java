// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Scene;
import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.HostException;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.source.Commit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commits signed by real SSH keys; OpenPGP and whole runs are in the container tests. */
final class SignaturePolicyTest {
  private static final Instant NOW = Instant.parse("2026-02-03T04:05:06Z");
  private static final Instant LONG_AGO = Instant.parse("2019-06-01T00:00:00Z");

  @TempDir Path temp;
  private final CommandRunner commands = new ProcessRunner();

  @BeforeEach
  void makeKeys() throws Exception {
    for (String name : List.of("ann", "eve")) {
      run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", temp.resolve(name) + "");
    }
    allow("ann@x " + publicKey("ann"));
  }

  private void run(String... argv) throws HostException {
    CommandRunner.Result result = commands.run(Command.of(argv));
    assertThat(result.exit()).as(result.err()).isZero();
  }

  private String publicKey(String name) throws IOException {
    return Files.readString(temp.resolve(name + ".pub"));
  }

  private void allow(String line) throws IOException {
    Files.writeString(temp.resolve("allowed_signers"), line);
  }

  private static String payload(Instant time) {
    return "tree 12\ncommitter Ann <ann@x> " + time.getEpochSecond() + " +0000\n\nmessage\n";
  }

  private String signed(String key, String namespace, String payload) throws Exception {
    Path file = Files.writeString(temp.resolve("payload"), payload);
    Files.deleteIfExists(temp.resolve("payload.sig"));
    run("ssh-keygen", "-Y", "sign", "-n", namespace, "-f", temp.resolve(key) + "", file + "");
    String signature =
        String.join("\n ", Files.readString(temp.resolve("payload.sig")).lines().toList());
    return payload.replaceFirst("\n\n", "\ngpgsig " + signature + "\n\n");
  }

  private void check(String object, Instant time) throws CommandFailed {
    new SignaturePolicy(commands, temp)
        .check("REPO", new Commit("0123456789abcdef", "", time), object.getBytes(UTF_8));
  }

  private String refusal(String object, Instant time) {
    CommandFailed stop = catchThrowableOfType(CommandFailed.class, () -> check(object, time));
    assertThat(stop).as("it must be refused").isNotNull();
    assertThat(stop.code()).isEqualTo(ExitCode.NOT_PERMITTED);
    var diagnostic = stop.diagnostics().getFirst();
    assertThat(diagnostic.detail()).contains("0123456789ab of REPO", "Nothing was changed");
    return diagnostic.summary() + ": " + diagnostic.detail() + diagnostic.command().orElse("");
  }

  private static long leftOvers() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir", "/tmp")))) {
      return files.filter(file -> file.toString().contains("reconcile-signature")).count();
    }
  }

  @Test
  void allowedKeyPassesAndLeavesNothingBehind() throws Exception {
    long before = leftOvers();
    String object = signed("ann", "git", payload(NOW));
    assertThatCode(() -> check(object, NOW)).doesNotThrowAnyException();
    assertThat(leftOvers()).isEqualTo(before);
  }

  @Test
  void whateverWasChangedAfterSigningIsRefused() throws Exception {
    String object = signed("ann", "git", payload(NOW));
    List<String> changed = new ArrayList<>();
    changed.add(object.replace("tree 12", "tree 13"));
    changed.add(object.replace("message", "another"));
    changed.add(object.replace("Ann", "Eve"));
    changed.add(object + "\n");
    for (String each : changed) {
      assertThat(refusal(each, NOW)).startsWith("A bad signature");
    }
  }

  @Test
  void anotherKeyIsRefusedAndNamed() throws Exception {
    String fingerprint =
        commands.run(Command.of("ssh-keygen", "-lf", temp.resolve("eve.pub") + "")).out();
    assertThat(refusal(signed("eve", "git", payload(NOW)), NOW))
        .startsWith("A signature by an unknown key")
        .contains(fingerprint.split(" ", -1)[1], "Ann <ann@x>");
  }

  @Test
  void signatureForAnotherPurposeIsRefused() throws Exception {
    assertThat(refusal(signed("ann", "file", payload(NOW)), NOW)).startsWith("A bad signature");
    allow("ann@x namespaces=\"file\" " + publicKey("ann"));
    assertThat(refusal(signed("ann", "git", payload(NOW)), NOW))
        .startsWith("A signature by an unknown key")
        .contains("namespace");
  }

  @Test
  void keyCountsOnlyInItsTimeAndABackdatedCommitDoesNotHelp() throws Exception {
    allow("ann@x valid-before=\"20200101\" " + publicKey("ann"));
    assertThat(refusal(signed("ann", "git", payload(NOW)), NOW))
        .startsWith("A signature by an expired key");
    assertThat(refusal(signed("ann", "git", payload(LONG_AGO)), LONG_AGO))
        .startsWith("A signature by an expired key");
    allow("ann@x valid-after=\"20200101\" " + publicKey("ann"));
    assertThat(refusal(signed("ann", "git", payload(LONG_AGO)), LONG_AGO))
        .startsWith("A signature by an expired key");
    check(signed("ann", "git", payload(NOW)), NOW);
  }

  @Test
  void allowedKeysThatOthersCanChangeAreNotUsed() throws Exception {
    String object = signed("ann", "git", payload(NOW));
    Path file = temp.resolve("allowed_signers");
    Scene.setMode(file, "0664");
    assertThat(refusal(object, NOW)).startsWith("Keys that others can change").contains("chmod");
    Scene.setMode(file, "0644");
    Scene.setMode(temp, "0777");
    assertThat(refusal(object, NOW)).startsWith("Keys that others can change").contains(temp + "");
    Scene.setMode(temp, "0755");
    Files.move(file, temp.resolve("elsewhere"));
    Files.createSymbolicLink(file, temp.resolve("elsewhere"));
    assertThat(refusal(object, NOW)).contains("not a regular file");
    Files.delete(file);
    assertThat(refusal(object, NOW)).startsWith("No keys to check signatures with");
  }

  @Test
  void noSignatureAndUnknownKindsAreRefused() throws Exception {
    assertThat(refusal(payload(NOW), NOW)).startsWith("A commit without a signature");
    assertThat(refusal(payload(NOW).replaceFirst("\n\n", "\ngpgsig x\n\n"), NOW))
        .startsWith("A signature that cannot be checked");
  }
}

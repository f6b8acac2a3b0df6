// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of a host in a fleet, with the mistakes that people make when they copy them. */
final class FleetChecksTest {
  private static final Duration VALID = Duration.ofDays(825);

  @TempDir static Path pki;
  @TempDir Path root;
  private Instant now = Instant.now();
  private boolean answers = true;

  /** Certificates as docs/fleet.md makes them, and one with each kind of key. */
  @BeforeAll
  static void makeCertificates() throws Exception {
    String script =
        """
        set -e
        for ca in ca other; do
          openssl req -x509 -nodes -newkey rsa:2048 -days 3650 -subj /CN=$ca -keyout $ca.key \\
            -out $ca.pem
        done
        sign() {
          openssl req -nodes -newkey "$2" $3 $4 -subj /CN=$1 -keyout $1.key -out request
          openssl x509 -req -in request -CA ca.pem -CAkey ca.key -CAcreateserial -days 825 \\
            -out $1.pem
        }
        sign web1 rsa:2048
        sign web2 rsa:2048
        sign elliptic ec -pkeyopt ec_paramgen_curve:prime256v1
        sign edwards ed25519
        openssl rsa -traditional -in web1.key -out web1.old || openssl rsa -in web1.key -out web1.old
        """;
    Process process =
        new ProcessBuilder("sh", "-c", script)
            .directory(pki.toFile())
            .redirectErrorStream(true)
            .redirectOutput(pki.resolve("log").toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(pki.resolve("log"))).isZero();
  }

  @BeforeEach
  void copyFiles() throws IOException {
    Files.createDirectories(root.resolve("usr/bin"));
    Path etcdctl = Files.writeString(root.resolve("usr/bin/etcdctl"), "#!/bin/sh\n");
    assertThat(etcdctl.toFile().setExecutable(true)).isTrue();
    copy("ca.pem", "ca.pem");
    copy("web1.pem", "cert.pem");
    copy("web1.key", "key.pem");
  }

  private Path file(String name) {
    return root.resolve("etc/reconcile/fleet").resolve(name);
  }

  private void copy(String from, String to) throws IOException {
    Files.createDirectories(file(to).getParent());
    Files.write(file(to), Files.readAllBytes(pki.resolve(from)));
    mode(to, "rw-------");
  }

  private void mode(String name, String mode) throws IOException {
    Files.setPosixFilePermissions(file(name), PosixFilePermissions.fromString(mode));
  }

  private List<String> found(Optional<DoctorContext.Fleet> fleet) throws Exception {
    DoctorContext context =
        new DoctorContext(
            new LocalHost(root, new ProcessRunner(), "test", List.of()).facts(),
            now,
            new DoctorContext.Configured("", List.of()),
            new DoctorContext.Repo("", Optional.empty(), Optional.empty()),
            new DoctorContext.Records(
                State.EMPTY, "", Optional.empty(), Optional.empty(), 1L << 40),
            new TreeMap<>(),
            new DoctorContext.Nginx("", List.of(), List.of()),
            List.of(),
            fleet);
    List<Diagnostic> findings = new ArrayList<>();
    for (Check check :
        List.<Check>of(
            FleetChecks::record,
            FleetChecks::client,
            FleetChecks::files,
            FleetChecks::certificate,
            FleetChecks::engine)) {
      findings.addAll(check.look(context));
    }
    assertThat(findings).allMatch(finding -> finding.command().isPresent());
    return findings.stream().map(one -> one.summary() + ": " + one.detail()).toList();
  }

  private List<String> found() throws Exception {
    return found(Optional.of(new DoctorContext.Fleet("web1", "", true, answers, List.of())));
  }

  private void assertFound(String... words) throws Exception {
    assertThat(found()).hasSize(1).first().asString().contains(words);
  }

  @Test
  void aHostOfAFleetThatIsAsItShouldBe() throws Exception {
    assertThat(found()).isEmpty();
  }

  @Test
  void aHostInNoFleetIsNotAsked() throws Exception {
    Files.delete(file("key.pem"));
    Files.delete(root.resolve("usr/bin/etcdctl"));
    assertThat(found(Optional.empty())).isEmpty();
  }

  @Test
  void anEngineOnLoopbackNeedsNoCertificate() throws Exception {
    Files.delete(file("key.pem"));
    assertThat(found(Optional.of(new DoctorContext.Fleet("web1", "", false, true, List.of()))))
        .isEmpty();
  }

  @Test
  void aForgottenClient() throws Exception {
    Files.delete(root.resolve("usr/bin/etcdctl"));
    assertFound("etcdctl not installed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ca.pem", "cert.pem", "key.pem"})
  void aForgottenFile(String name) throws Exception {
    Files.delete(file(name));
    assertFound("Missing file of the fleet", "/etc/reconcile/fleet/" + name);
  }

  @Test
  void aKeyThatOthersRead() throws Exception {
    mode("key.pem", "rw-r-----");
    assertFound("Exposed file of the fleet", "key.pem");
  }

  @Test
  void anAuthorityThatOthersWrite() throws Exception {
    mode("ca.pem", "rw-rw-r--");
    mode("cert.pem", "rw-r--r--"); // it is public
    assertFound("Exposed file of the fleet", "ca.pem");
  }

  @Test
  void aCertificateThatExpires() throws Exception {
    Instant made = now;
    now = made.plus(VALID).minus(Duration.ofDays(31));
    assertThat(found()).isEmpty();
    now = made.plus(VALID).minus(Duration.ofDays(29));
    assertFound("Certificate of the fleet expires", "cert.pem expires at");
    now = made.plus(VALID).plus(Duration.ofDays(1));
    assertFound("Certificate of the fleet expires", "cert.pem has expired at");
  }

  @Test
  void theCertificateOfAnotherHost() throws Exception {
    copy("web2.pem", "cert.pem");
    copy("web2.key", "key.pem");
    assertFound("Certificate of another host", "This host is web1", "names web2");
  }

  @Test
  void theKeyOfAnotherCertificate() throws Exception {
    copy("web2.key", "key.pem");
    assertFound("Key of another certificate");
    copy("web1.old", "key.pem");
    assertThat(found()).as("an older form").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"elliptic", "edwards"})
  void everyKindOfKey(String name) throws Exception {
    copy(name + ".pem", "cert.pem");
    copy(name + ".key", "key.pem");
    assertFound("Certificate of another host", "names " + name);
  }

  @Test
  void anAuthorityThatHasNotSignedCountsIfNothingWorks() throws Exception {
    copy("other.pem", "ca.pem");
    assertThat(found()).isEmpty();
    answers = false;
    assertFound("Certificate of another authority");
  }

  @Test
  void filesThatAreNoCertificates() throws Exception {
    copy("web1.key", "cert.pem");
    assertFound("Unreadable certificate of the fleet", "cert.pem");
    copy("web1.pem", "cert.pem");
    copy("web1.key", "ca.pem");
    assertFound("Unreadable certificate of the fleet", "ca.pem");
  }

  @Test
  void aDamagedRecord() throws Exception {
    assertThat(
            found(
                Optional.of(
                    new DoctorContext.Fleet("web1", "it is half", false, false, List.of()))))
        .singleElement()
        .asString()
        .contains("Unreadable fleet.json", "it is half");
  }
}

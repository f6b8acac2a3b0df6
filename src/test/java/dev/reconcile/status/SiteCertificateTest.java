// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a certificate is something to complain of. */
final class SiteCertificateTest {
  private static final Instant NOW = Instant.parse("2026-06-15T12:00:00Z");

  @TempDir Path root;

  @ParameterizedTest
  @CsvSource({
    "-60, 30, ''",
    "-60, 15, ''",
    "-76, 13, expires in 13 d",
    "-90, -1, has expired 1 d ago",
    "-4, 3, ''",
    "-6, 1, expires in 1 d",
    "1, 90, is not valid yet",
  })
  void itsTimeTells(int from, int until, String problem) {
    SiteCertificate certificate =
        new SiteCertificate(
            "/c.pem",
            Optional.of(
                new SiteCertificate.Validity(
                    NOW.plus(Duration.ofDays(from)), NOW.plus(Duration.ofDays(until)))),
            "");

    assertThat(certificate.problem(NOW).orElse("")).contains(problem);
    assertThat(certificate.problem(NOW).isEmpty()).isEqualTo(problem.isEmpty());
  }

  @Test
  void theFirstOfAChainIsReadThroughLinks() throws Exception {
    make("short", 5);
    make("long", 500);
    Files.createDirectories(root.resolve("etc/live"));
    Files.writeString(
        root.resolve("etc/chain1.pem"),
        Files.readString(root.resolve("short.pem")) + Files.readString(root.resolve("long.pem")));
    Files.createSymbolicLink(root.resolve("etc/live/chain.pem"), Path.of("../chain1.pem"));

    SiteCertificate read = read("/etc/live/chain.pem");

    assertThat(read.problem()).isEmpty();
    assertThat(read.validity().orElseThrow().daysLeft(Instant.now())).isBetween(4L, 5L);
  }

  @Test
  void whatIsNoCertificateIsSaid() throws Exception {
    Files.writeString(root.resolve("c.pem"), "hello\n");

    assertThat(read("/c.pem").problem(NOW))
        .hasValueSatisfying(
            text -> assertThat(text).contains("/c.pem cannot be read: it is not a certificate"));
    assertThat(read("/none.pem").problem(NOW))
        .hasValueSatisfying(text -> assertThat(text).contains("it is not there"));
  }

  private SiteCertificate read(String path) throws HostException {
    return CertificateReader.read(
        new LocalHost(root, new ProcessRunner(), "test", List.of()).facts(), path);
  }

  private void make(String name, int days) throws IOException, InterruptedException {
    String store = root.resolve(name + ".p12").toString();
    keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=" + name, "-validity", "" + days, store);
    keytool("-exportcert", "-rfc", "-file", root.resolve(name + ".pem").toString(), store);
  }

  private static void keytool(String... words) throws IOException, InterruptedException {
    List<String> line =
        new java.util.ArrayList<>(List.of(System.getProperty("java.home") + "/bin/keytool"));
    line.addAll(List.of(words).subList(0, words.length - 1));
    line.addAll(
        List.of("-alias", "x", "-storepass", "secret", "-keystore", words[words.length - 1]));
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).describedAs(said).isZero();
  }
}

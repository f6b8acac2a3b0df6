// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A certificate that is made here is one to everybody else. */
class SelfSignedTest {
  private static final Instant FROM = Instant.parse("2026-03-01T10:20:30Z");
  private static final Duration YEAR = Duration.ofDays(365);

  @Test
  void itSaysWhatItWasMadeFor() {
    SelfSigned pair = SelfSigned.of(List.of("shop.example", "*.shop.example"), FROM, YEAR);
    assertThat(CertificateInfo.parse(pair.certificate().bytes()))
        .contains(
            new CertificateInfo(List.of("*.shop.example", "shop.example"), FROM, FROM.plus(YEAR)));
  }

  @Test
  void itIsSignedByItsOwnKey() throws Exception {
    SelfSigned pair = SelfSigned.of(List.of("shop.example"), FROM, YEAR);
    X509Certificate certificate =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pair.certificate().bytes()));
    certificate.verify(certificate.getPublicKey());

    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(
        KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der(pair))));
    signature.update((byte) 1);
    byte[] signed = signature.sign();
    signature.initVerify(certificate);
    signature.update((byte) 1);
    assertThat(signature.verify(signed)).isTrue();
  }

  private static byte[] der(SelfSigned pair) {
    String text = pair.key().text().replaceAll("-----[A-Z ]*-----", "");
    return Base64.getMimeDecoder().decode(text);
  }

  @Test
  void itHoldsAsManyNamesAsASiteMayHave() {
    List<String> names =
        IntStream.range(100, 400).mapToObj(i -> "name-" + i + ".shop.example").toList();
    SelfSigned pair = SelfSigned.of(names, FROM, YEAR);
    assertThat(CertificateInfo.parse(pair.certificate().bytes()).orElseThrow().names())
        .isEqualTo(names);
  }

  @Test
  void namesThatOnlyNginxKnowsAreNoTrouble() {
    String longest = "a".repeat(63) + "." + "b".repeat(63);
    SelfSigned pair = SelfSigned.of(List.of("_", longest, "shop.*"), FROM, YEAR);
    assertThat(CertificateInfo.parse(pair.certificate().bytes()).orElseThrow().names())
        .containsExactlyInAnyOrder("_", longest, "shop.*");
  }

  @Test
  void theKeyIsNeverShown() {
    SelfSigned pair = SelfSigned.of(List.of("shop.example"), FROM, YEAR);
    assertThat(pair.toString()).doesNotContain("PRIVATE");
  }

  @Test
  void whatIsNoCertificateIsNone() {
    for (String text : List.of("", "no certificate\n", "-----BEGIN CERTIFICATE-----\nAAAA\n")) {
      assertThat(CertificateInfo.parse(text.getBytes(StandardCharsets.UTF_8))).as(text).isEmpty();
    }
  }

  @Test
  void anotherIsNeededBeforeTheEnd() {
    CertificateInfo certificate =
        new CertificateInfo(List.of(), FROM, FROM.plus(Duration.ofDays(100)));
    assertThat(certificate.renewedAfter(9)).isEqualTo(FROM.plus(Duration.ofDays(90)));
  }
}

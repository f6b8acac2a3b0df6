// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The certificate by which this machine is known to a server. */
public final class ClientCertificate {
  private static final Pattern COMMON_NAME = Pattern.compile("(?i)(?:^|,)CN=([^,]+)");
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final byte[] PROBE = "reconcile".getBytes(StandardCharsets.US_ASCII);

  private final X509Certificate certificate;

  private ClientCertificate(X509Certificate certificate) {
    this.certificate = certificate;
  }

  /** Parses the first certificate of a PEM file; empty if there is no readable one. */
  public static Optional<ClientCertificate> parse(byte[] pem) {
    return all(pem).stream().findFirst().map(ClientCertificate::new);
  }

  private static List<X509Certificate> all(byte[] pem) {
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(pem))
          .stream()
          .filter(X509Certificate.class::isInstance)
          .map(X509Certificate.class::cast)
          .toList();
    } catch (CertificateException e) {
      return List.of();
    }
  }

  /**
   * Returns the common name of the subject, which etcd takes for the user; empty if it has none.
   */
  public String name() {
    Matcher name = COMMON_NAME.matcher(certificate.getSubjectX500Principal().getName());
    return name.find() ? String.valueOf(name.group(1)) : "";
  }

  /** Returns the end of the validity. */
  public Instant until() {
    return certificate.getNotAfter().toInstant();
  }

  /** Tells whether one of these authorities has signed the certificate. */
  public boolean isSignedBy(byte[] authorities) {
    return all(authorities).stream().anyMatch(this::isSignedBy);
  }

  private boolean isSignedBy(Certificate authority) {
    try {
      certificate.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /**
   * Tells whether a private key belongs to the certificate; true for a key in a form that Java does
   * not read.
   *
   * @param pem the key in PKCS #8, without a password
   */
  public boolean belongsTo(byte[] pem) {
    Matcher key = KEY.matcher(new String(pem, StandardCharsets.US_ASCII));
    if (!key.find()) {
      return true;
    }
    String kind = certificate.getPublicKey().getAlgorithm();
    try {
      PrivateKey secret =
          KeyFactory.getInstance(kind)
              .generatePrivate(
                  new PKCS8EncodedKeySpec(
                      Base64.getMimeDecoder().decode(String.valueOf(key.group(1)))));
      Signature signature = Signature.getInstance(algorithm(kind));
      signature.initSign(secret);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static String algorithm(String kind) {
    return switch (kind) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> kind;
    };
  }
}

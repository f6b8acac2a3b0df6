// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The names and validity of a certificate.
 *
 * @param names the host names of the certificate, in lower case, sorted
 * @param from the begin of the validity
 * @param until the end of the validity
 */
public record CertificateInfo(List<String> names, Instant from, Instant until) {
  /** The type of host names among the alternative names (RFC 5280, GeneralName). */
  private static final Integer HOST_NAME = 2;

  public CertificateInfo {
    names = List.copyOf(names);
  }

  /** Parses the first certificate of a PEM file; empty if there is no readable one. */
  public static Optional<CertificateInfo> parse(byte[] pem) {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      if (factory.generateCertificate(new ByteArrayInputStream(pem)) instanceof X509Certificate c) {
        return Optional.of(
            new CertificateInfo(
                names(c), c.getNotBefore().toInstant(), c.getNotAfter().toInstant()));
      }
      return Optional.empty();
    } catch (CertificateException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns the digest of the first certificate of a PEM file, as in {@link VisitorProbe.Answer};
   * empty if there is no readable one.
   */
  public static Optional<String> digest(byte[] pem) {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      return Optional.of(digest(factory.generateCertificate(new ByteArrayInputStream(pem))));
    } catch (CertificateException e) {
      return Optional.empty();
    }
  }

  /** Returns the digest of a certificate that a server presented. */
  static String digest(Certificate certificate) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has SHA-256, and it was just read", e);
    }
  }

  private static List<String> names(X509Certificate certificate) throws CertificateException {
    TreeSet<String> names = new TreeSet<>();
    Collection<List<?>> found = certificate.getSubjectAlternativeNames();
    for (List<?> alternative : found == null ? List.<List<?>>of() : found) {
      if (HOST_NAME.equals(alternative.get(0))) {
        names.add(String.valueOf(alternative.get(1)).toLowerCase(Locale.ROOT));
      }
    }
    return List.copyOf(names);
  }

  /**
   * Returns the time after which the certificate must be replaced, if it was not replaced earlier.
   *
   * @param tenths the usable part of the validity, in tenths
   */
  public Instant renewedAfter(int tenths) {
    long seconds = until.getEpochSecond() - from.getEpochSecond();
    return from.plusSeconds(seconds / 10 * tenths);
  }
}

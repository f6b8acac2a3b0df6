package dev.reconcile.host;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
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
 * What a certificate says of itself.
 *
 * @param names the host names that it is for, in small letters, sorted
 * @param from when it begins to hold
 * @param until when it ends
 */
public record CertificateInfo(List<String> names, Instant from, Instant until) {
  /** The type of a host name among the alternative names (RFC 5280, GeneralName). */
  private static final Integer HOST_NAME = 2;

  public CertificateInfo {
    names = List.copyOf(names);
  }

  /** The first certificate of a file in PEM; empty if there is none that can be understood. */
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
   * What tells the first certificate of a file in PEM from others, as {@link VisitorProbe.Answer}
   * has it; empty if there is none that can be understood.
   */
  public static Optional<String> digest(byte[] pem) {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      return Optional.of(digest(factory.generateCertificate(new ByteArrayInputStream(pem))));
    } catch (CertificateException e) {
      return Optional.empty();
    }
  }

  /** The same of a certificate that was shown. */
  static String digest(java.security.cert.Certificate certificate) {
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
    for (List<?> one : found == null ? List.<List<?>>of() : found) {
      if (HOST_NAME.equals(one.get(0))) {
        names.add(String.valueOf(one.get(1)).toLowerCase(Locale.ROOT));
      }
    }
    return List.copyOf(names);
  }

  /**
   * From when on another one is needed, if nobody has seen to it before.
   *
   * @param tenths how many tenths of its time it may be used
   */
  public Instant renewedAfter(int tenths) {
    long seconds = until.getEpochSecond() - from.getEpochSecond();
    return from.plusSeconds(seconds / 10 * tenths);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A certificate, with the checks of a visitor's browser except that of the issuer, which depends on
 * the browser.
 *
 * @param info the names and the validity
 * @param names the alternative names, or the common name if there are none
 */
public record ServedCertificate(CertificateInfo info, List<String> names) {
  private static final Pattern COMMON_NAME = Pattern.compile("(?i)(?:^|,)CN=([^,]+)");

  public ServedCertificate {
    names = List.copyOf(names);
  }

  /** Parses the first certificate of a PEM file; empty if there is no readable one. */
  public static Optional<ServedCertificate> parse(byte[] pem) {
    return CertificateInfo.parse(pem)
        .map(info ->
            new ServedCertificate(info, info.names().isEmpty() ? commonName(pem) : info.names()));
  }

  private static List<String> commonName(byte[] pem) {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      if (factory.generateCertificate(new ByteArrayInputStream(pem)) instanceof X509Certificate c) {
        Matcher name = COMMON_NAME.matcher(c.getSubjectX500Principal().getName());
        return name.find()
            ? List.of(String.valueOf(name.group(1)).toLowerCase(Locale.ROOT))
            : List.of();
      }
      return List.of();
    } catch (CertificateException e) {
      return List.of();
    }
  }

  /**
   * Returns the reason why a browser refuses the certificate for these names; empty if there is
   * none.
   *
   * @param wanted the server names of nginx, which may have wildcards
   * @param isPast tests whether a moment is past
   */
  public Optional<String> fault(List<String> wanted, Predicate<Instant> isPast) {
    if (isPast.test(info.until())) {
      return Optional.of("has expired (" + info.until() + ")");
    }
    if (!isPast.test(info.from())) {
      return Optional.of("is not valid before " + info.from());
    }
    List<String> left =
        wanted.stream().filter(ServedCertificate::isName).filter(name -> !covers(name)).toList();
    if (left.isEmpty()) {
      return Optional.empty();
    }
    String named = names.isEmpty() ? "it names nobody" : "but for " + String.join(", ", names);
    return Optional.of("is not for %s, %s".formatted(String.join(", ", left), named));
  }

  // addresses, and patterns that no certificate can contain, are ignored
  private static boolean isName(String name) {
    return name.contains(".")
        && name.matches("(\\*?\\.)?[A-Za-z0-9._-]+")
        && !name.matches("[0-9.]+")
        && !name.endsWith(".*");
  }

  // RFC 6125: an asterisk matches only the leftmost label
  private boolean covers(String wanted) {
    String name = wanted.startsWith(".") ? "*" + wanted : wanted;
    String siblings = "*" + name.substring(Math.max(0, name.indexOf('.')));
    boolean isCovered = names.contains(name) || names.contains(siblings);
    return isCovered && (!wanted.startsWith(".") || covers(wanted.substring(1)));
  }
}

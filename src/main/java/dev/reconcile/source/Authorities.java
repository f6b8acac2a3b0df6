// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStoreSpi;
import java.security.Provider;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.Enumeration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The certificate authorities that this process trusts for web servers, as a key store of Java.
 * Java cannot read the files that git, pip and curl read, which hold a sequence of certificates in
 * PEM.
 */
final class Authorities extends KeyStoreSpi {
  private static final String KIND = "ReconcileAuthorities";

  private final SortedMap<String, Certificate> certificates = new TreeMap<>();

  private Authorities(List<Certificate> all) {
    all.forEach(certificate -> certificates.put(String.valueOf(certificates.size()), certificate));
  }

  /**
   * Makes this process trust the authorities in a file, or in all files of a directory, and no
   * others. It must be called before the first request to a web server.
   *
   * @throws IOException if the path holds no certificate
   */
  static void trust(Path place) throws IOException {
    List<Certificate> all = new ArrayList<>();
    if (Files.isDirectory(place)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(place)) {
        for (Path file : files) {
          if (Files.isRegularFile(file)) {
            all.addAll(read(file));
          }
        }
      }
    } else {
      all.addAll(read(place));
    }
    if (all.isEmpty()) {
      throw new IOException("there is no certificate in it");
    }
    Security.addProvider(new Offer(all));
    System.setProperty("javax.net.ssl.trustStore", "NONE");
    System.setProperty("javax.net.ssl.trustStoreType", KIND);
  }

  // the directory may hold other files, too
  private static List<Certificate> read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
    } catch (CertificateException e) {
      return List.of();
    }
  }

  /** The security provider that supplies the key store. */
  private static final class Offer extends Provider {
    private static final long serialVersionUID = 1L;

    Offer(List<Certificate> all) {
      super(KIND, "1", "certificate authorities from a file of text");
      putService(
          new Service(this, "KeyStore", KIND, Authorities.class.getName(), null, null) {
            @Override
            public Object newInstance(@Nullable Object parameter) {
              return new Authorities(all);
            }
          });
    }
  }

  @Override
  public @Nullable Certificate engineGetCertificate(String alias) {
    return certificates.get(alias);
  }

  @Override
  public Enumeration<String> engineAliases() {
    return Collections.enumeration(certificates.keySet());
  }

  @Override
  public boolean engineContainsAlias(String alias) {
    return certificates.containsKey(alias);
  }

  @Override
  public boolean engineIsCertificateEntry(String alias) {
    return certificates.containsKey(alias);
  }

  @Override
  public int engineSize() {
    return certificates.size();
  }

  @Override
  public void engineLoad(@Nullable InputStream stream, char @Nullable [] password) {
    // the constructor has set the certificates
  }

  // ---- the store holds no keys and is read-only

  @Override
  public boolean engineIsKeyEntry(String alias) {
    return false;
  }

  @Override
  public @Nullable Key engineGetKey(String alias, char[] password) {
    return null;
  }

  @Override
  public Certificate @Nullable [] engineGetCertificateChain(String alias) {
    return null;
  }

  @Override
  public @Nullable Date engineGetCreationDate(String alias) {
    return null;
  }

  @Override
  public @Nullable String engineGetCertificateAlias(Certificate certificate) {
    return null;
  }

  @Override
  public void engineSetKeyEntry(String alias, Key key, char[] password, Certificate[] chain) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void engineSetKeyEntry(String alias, byte[] key, Certificate[] chain) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void engineSetCertificateEntry(String alias, Certificate certificate) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void engineDeleteEntry(String alias) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void engineStore(OutputStream stream, char[] password) {
    throw new UnsupportedOperationException();
  }
}

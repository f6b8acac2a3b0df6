// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import dev.reconcile.model.Content;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * A new key on the curve P-256 and its self-signed certificate (RFC 5280). They are generated
 * without a program of the host, so that they are available everywhere.
 *
 * @param certificate the certificate in PEM
 * @param key the private key in PEM, a secret
 */
public record SelfSigned(Content certificate, Content key) {
  private static final int LONGEST_COMMON_NAME = 64;
  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final DateTimeFormatter UTC_TIME =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  // object identifiers in DER
  private static final byte[] ECDSA_WITH_SHA256 = hex("06082A8648CE3D040302");
  private static final byte[] COMMON_NAME = hex("0603550403");
  private static final byte[] ALTERNATIVE_NAME = hex("0603551D11");
  private static final byte[] KEY_USAGE = hex("0603551D25");
  private static final byte[] SERVER = hex("06082B06010505070301");

  /**
   * Generates a key and a certificate.
   *
   * @param names the host names of the certificate, at least one
   * @param from the begin of the validity, before 2050
   * @param valid the duration of the validity
   */
  public static SelfSigned of(List<String> names, Instant from, Duration valid) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      byte[] body = body(names, from, from.plus(valid), pair.getPublic().getEncoded());
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(pair.getPrivate());
      signature.update(body);
      byte[] signed = der(0x03, new byte[1], signature.sign());
      byte[] whole = der(SEQUENCE, body, der(SEQUENCE, ECDSA_WITH_SHA256), signed);
      return new SelfSigned(
          Content.of(pem("CERTIFICATE", whole)),
          Content.secret(pem("PRIVATE KEY", pair.getPrivate().getEncoded())));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has P-256 and SHA-256", e);
    }
  }

  private static byte[] body(List<String> names, Instant from, Instant until, byte[] publicKey) {
    byte[] serial = new byte[16];
    new SecureRandom().nextBytes(serial);
    serial[0] = (byte) ((serial[0] & 0x3f) | 0x40); // positive, and always of the same length
    String first = names.getFirst();
    String shown = first.substring(0, Math.min(first.length(), LONGEST_COMMON_NAME));
    byte[] name = der(SEQUENCE, der(0x31, der(SEQUENCE, COMMON_NAME, der(0x0c, ascii(shown)))));
    byte[][] all = names.stream().map(altName -> der(0x82, ascii(altName))).toArray(byte[][]::new);
    byte[] extensions =
        der(
            SEQUENCE,
            der(SEQUENCE, KEY_USAGE, der(OCTETS, der(SEQUENCE, SERVER))),
            der(SEQUENCE, ALTERNATIVE_NAME, der(OCTETS, der(SEQUENCE, all))));
    return der(
        SEQUENCE,
        der(0xa0, der(0x02, new byte[] {2})),
        der(0x02, serial),
        der(SEQUENCE, ECDSA_WITH_SHA256),
        name,
        der(SEQUENCE, der(0x17, time(from)), der(0x17, time(until))),
        name,
        publicKey,
        der(0xa3, extensions));
  }

  private static byte[] time(Instant instant) {
    return ascii(UTC_TIME.format(instant));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  /** Encodes a value with its tag and length (X.690, distinguished encoding rules). */
  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      value.writeBytes(part);
    }
    int length = value.size();
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.write(tag);
    if (length > 0xff) {
      whole.writeBytes(new byte[] {(byte) 0x82, (byte) (length >> 8), (byte) length});
    } else if (length > 0x7f) {
      whole.writeBytes(new byte[] {(byte) 0x81, (byte) length});
    } else {
      whole.write(length);
    }
    whole.writeBytes(value.toByteArray());
    return whole.toByteArray();
  }

  private static String pem(String what, byte[] der) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
  }
}

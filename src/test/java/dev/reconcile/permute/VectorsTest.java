// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.permute;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The published test vectors: these numbers never change. */
final class VectorsTest {
  private static final Pattern FIRST =
      Pattern.compile("key=\"(.*)\" N=(\\d+) : ([\\d ]+) ; last->(\\d+)");
  private static final Pattern DIGEST = Pattern.compile("\\s+sha256\\(stream\\)=([0-9a-f]{64})");

  record Vector(String key, BigInteger size, List<String> first, String last, String digest) {
    KeyedPermutation permutation() {
      return size.bitLength() > Long.SIZE
          ? KeyedPermutation.ofFullRange(key.getBytes(StandardCharsets.UTF_8))
          : KeyedPermutation.of(key, size.longValue());
    }

    @Override
    public String toString() {
      return "\"" + key + "\" " + size;
    }
  }

  static List<Vector> vectors() throws IOException {
    List<Vector> vectors = new ArrayList<>();
    for (String line : lines()) {
      Matcher first = FIRST.matcher(line);
      Matcher digest = DIGEST.matcher(line);
      if (first.matches()) {
        List<String> numbers = List.of(first.group(3).split(" "));
        vectors.add(
            new Vector(
                first.group(1), new BigInteger(first.group(2)), numbers, first.group(4), ""));
      } else if (digest.matches()) {
        Vector v = vectors.removeLast();
        vectors.add(new Vector(v.key, v.size, v.first, v.last, digest.group(1)));
      } else {
        assertThat(line).startsWith("#");
      }
    }
    assertThat(vectors).hasSize(26);
    assertThat(vectors).filteredOn(vector -> !vector.digest.isEmpty()).hasSize(14);
    return vectors;
  }

  private static List<String> lines() throws IOException {
    try (InputStream file = VectorsTest.class.getResourceAsStream("v1-vectors.txt")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  static Stream<Vector> digested() throws IOException {
    return vectors().stream().filter(vector -> !vector.digest.isEmpty());
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void firstAndLastNumbersAreThePublishedOnes(Vector vector) {
    KeyedPermutation permutation = vector.permutation();
    for (int i = 0; i < vector.first.size(); i++) {
      long number = permutation.permute(i);
      assertThat(Long.toUnsignedString(number)).isEqualTo(vector.first.get(i));
      assertThat(permutation.inverse(number)).isEqualTo(i);
    }
    long lastIndex = vector.size.subtract(BigInteger.ONE).longValue();
    long last = permutation.permute(lastIndex);
    assertThat(Long.toUnsignedString(last)).isEqualTo(vector.last);
    assertThat(permutation.inverse(last)).isEqualTo(lastIndex);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void filledNumbersAreThePublishedOnes(Vector vector) {
    long[] numbers = new long[vector.first.size()];
    vector.permutation().fill(0, numbers, 0, numbers.length);
    assertThat(LongStream.of(numbers).mapToObj(Long::toUnsignedString))
        .containsExactlyElementsOf(vector.first);
  }

  @ParameterizedTest
  @MethodSource("digested")
  void wholeStreamHasThePublishedDigest(Vector vector) {
    StringBuilder lines = new StringBuilder();
    vector.permutation().stream().forEach(number -> lines.append(number).append('\n'));
    byte[] digest = Mixer.sha256().digest(lines.toString().getBytes(StandardCharsets.US_ASCII));
    assertThat(HexFormat.of().formatHex(digest)).isEqualTo(vector.digest);
  }
}

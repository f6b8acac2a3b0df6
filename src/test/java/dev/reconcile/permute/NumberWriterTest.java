// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.permute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every number whole and in order, however many threads there are and wherever the output ends. */
final class NumberWriterTest {
  /** Takes so many bytes, and never more than some at once, then fails as a full disk does. */
  private static class Disk implements WritableByteChannel {
    private static final int AT_ONCE = 10_007;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final int room;

    Disk(int room) {
      this.room = room;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      int count = Math.min(Math.min(AT_ONCE, source.remaining()), room - bytes.size());
      if (count == 0 && source.hasRemaining()) {
        throw new IOException("No space left on device");
      }
      byte[] taken = new byte[count];
      source.get(taken);
      bytes.writeBytes(taken);
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}

    byte[] withoutCut(int cut) {
      return Arrays.copyOf(bytes.toByteArray(), bytes.size() - cut);
    }
  }

  private static byte[] write(
      KeyedPermutation permutation,
      Order order,
      NumberFormat format,
      long first,
      long last,
      int threads)
      throws IOException {
    Disk disk = new Disk(Integer.MAX_VALUE);
    NumberWriter writer = new NumberWriter(permutation, order, format);
    writer.write(disk, first, last, threads);
    assertThat(writer.next()).isEqualTo(last + 1);
    return disk.withoutCut(0);
  }

  private static String text(LongStream numbers) {
    return numbers
        .mapToObj(number -> Long.toUnsignedString(number) + "\n")
        .collect(Collectors.joining());
  }

  @ParameterizedTest
  @CsvSource({
    "1,0,1",
    "10,0,10",
    "20000,5,19990",
    "99999999,7,9000",
    "100000000,0,9000",
    "100000001,0,9000",
    "100000007,0,9000",
    "4294967296,0,9000",
    "10000000000000000,0,9000",
    "10000000000000001,0,9000",
    "9223372036854775807,0,9000",
    "-1,-9001,9000",
  })
  void linesAreTheNumbers(long size, long from, int count) throws IOException {
    KeyedPermutation permutation = KeyedPermutation.of("lines", size);
    byte[] written = write(permutation, Order.WALK, NumberFormat.LINES, from, from + count - 1, 2);
    assertThat(new String(written, StandardCharsets.US_ASCII))
        .isEqualTo(text(LongStream.range(0, count).map(i -> permutation.permute(from + i))));
  }

  @ParameterizedTest
  @CsvSource({
    // least, how many follow it, whether that is below zero
    "1, 9, false",
    "1, 99999998, false",
    "1, 99999999, false",
    "1, 100000000, false",
    "0, 0, false",
    "99999999, 1, false",
    "99999990, 19, false",
    "199999990, 19, false",
    "9999999999999990, 99999999, false",
    "9999999900000000, 199999999, false",
    "123456789012, 4294967295, false",
    "9223372036854775800, 15, false",
    "-16, 15, false",
    "-9223372036854775808, 9223372036854775807, false",
    "-5, 14, true",
    "-1, 1, true",
    "-1, 0, true",
    "-100000000, 99999998, true",
    "-100000000, 99999999, true",
    "-100000000, 100000000, true",
    "-99999999, 199999998, true",
    "-50000, 150000000, true",
    "-100000010, 19, true",
    "-200000010, 19, true",
    "-4000000000, 8000000000, true",
    "-123456789012345678, 99999999, true",
    "-9223372036854775808, 99999999, true",
    "-9223372036854775808, 0, true",
    "-9223372036854775808, 9223372036854775807, true",
    "-9223372036854775808, -1, true",
  })
  void aSpanIsTheSameNumbersFromItsLeastOn(long least, long last, boolean belowZero)
      throws IOException {
    KeyedPermutation permutation =
        last == -1
            ? KeyedPermutation.ofFullRange(new byte[0])
            : KeyedPermutation.of("span", last + 1);
    BigInteger first =
        belowZero ? BigInteger.valueOf(least) : new BigInteger(Long.toUnsignedString(least));
    long count = Math.min(9000, Long.compareUnsigned(last, 9000) < 0 ? last + 1 : 9000);
    for (Order order : List.of(Order.WALK, Order.INVERSE)) {
      Disk disk = new Disk(Integer.MAX_VALUE);
      Span span = new Span(least, last, belowZero);
      new NumberWriter(permutation, span, order, NumberFormat.LINES).write(disk, 0, count - 1, 2);
      assertThat(new String(disk.withoutCut(0), StandardCharsets.US_ASCII).lines())
          .as("%s", order)
          .containsExactlyElementsOf(
              LongStream.range(0, count)
                  .mapToObj(i ->
                      order == Order.INVERSE
                          ? Long.toUnsignedString(permutation.inverse(i))
                          : first
                              .add(new BigInteger(Long.toUnsignedString(permutation.permute(i))))
                              .toString())
                  .toList());
    }
  }

  @Test
  void everyLineOfASpanIsWrittenOnceWhateverItsNumbers() {
    for (long least : new long[] {-12_345, -5_000, -1, 1, 99_995_000, 1_000_000_000_000L}) {
      Span span = new Span(least, 9_999, least < 0);
      long[] distances = LongStream.range(0, 10_000).toArray();
      byte[] buffer = new byte[Decimal.room(10_000)];
      int end = new Decimal(10_000, span).lines(distances, 10_000, buffer);
      assertThat(new String(buffer, 0, end, StandardCharsets.US_ASCII))
          .isEqualTo(
              LongStream.range(0, 10_000)
                  .mapToObj(i -> (least + i) + "\n")
                  .collect(Collectors.joining()));
    }
  }

  @ParameterizedTest
  @CsvSource({"-1, 1, false", "9223372036854775807, 1, true", "5, 1, true"})
  void numbersThatDoNotFitAreNoSpan(long least, long last, boolean belowZero) {
    assertThatThrownBy(() -> new Span(least, last, belowZero))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everyLengthOfANumberIsWritten() {
    long[] numbers = new long[60];
    int count = 0;
    for (long power = 1; count < 57; power *= 10) {
      numbers[count++] = power - 1;
      numbers[count++] = power;
      numbers[count++] = power * 9 + 7;
    }
    numbers[57] = -1;
    numbers[58] = Long.MAX_VALUE;
    numbers[59] = Long.MIN_VALUE;
    byte[] buffer = new byte[Decimal.room(60)];
    String expected = text(LongStream.of(numbers));
    int end = new Decimal(60, Span.from0(-1)).lines(numbers, 60, buffer);
    assertThat(new String(buffer, 0, end, StandardCharsets.US_ASCII)).isEqualTo(expected);
  }

  @Test
  void everyNumberOfFourDigitsAndManyOfEightAreWritten() {
    byte[] buffer = new byte[Decimal.room(10_000)];
    for (long step : new long[] {1, 9973, 9999}) {
      long[] numbers = LongStream.range(0, 10_000).map(i -> i * step).toArray();
      String expected = text(LongStream.of(numbers));
      int end = new Decimal(10_000, Span.from0(99_999_999)).lines(numbers, 10_000, buffer);
      assertThat(new String(buffer, 0, end, StandardCharsets.US_ASCII)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1000, 100_000_007, 1L << 40})
  void binaryIsEightBytesLowestFirst(long size) throws IOException {
    KeyedPermutation permutation = KeyedPermutation.of("binary", size);
    byte[] written = write(permutation, Order.WALK, NumberFormat.BINARY, 3, 902, 1);
    long[] numbers = new long[900];
    ByteBuffer.wrap(written).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(numbers);
    assertThat(numbers).isEqualTo(permutation.stream(3, 903).toArray());
  }

  @ParameterizedTest
  @ValueSource(longs = {-500, 7, Long.MIN_VALUE})
  void binaryNumbersOfASpanAreThemselves(long least) throws IOException {
    KeyedPermutation permutation = KeyedPermutation.of("binary", 1000);
    Disk disk = new Disk(Integer.MAX_VALUE);
    Span span = new Span(least, 999, least < 0);
    new NumberWriter(permutation, span, Order.WALK, NumberFormat.BINARY).write(disk, 0, 999, 1);
    long[] numbers = new long[1000];
    ByteBuffer.wrap(disk.withoutCut(0)).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(numbers);
    assertThat(numbers)
        .isEqualTo(permutation.stream(0, 1000).map(number -> least + number).toArray());
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 1000, 65536, 70_000})
  void skippingGivesTheSameNumbers(long size) throws IOException {
    KeyedPermutation permutation = KeyedPermutation.of("skip", size);
    byte[] written =
        write(permutation, Order.SKIP, NumberFormat.LINES, 0, permutation.lastPosition(), 2);
    assertThat(
            new String(written, StandardCharsets.US_ASCII)
                .lines()
                .mapToLong(Long::parseLong)
                .sorted())
        .containsExactlyElementsOf(LongStream.range(0, size).boxed().toList());
  }

  @Test
  void inverseGivesThePositions() throws IOException {
    KeyedPermutation permutation = KeyedPermutation.of("inverse", 30_000);
    byte[] written = write(permutation, Order.INVERSE, NumberFormat.LINES, 100, 29_999, 2);
    assertThat(new String(written, StandardCharsets.US_ASCII))
        .isEqualTo(text(LongStream.range(100, 30_000).map(permutation::inverse)));
  }

  @ParameterizedTest
  @EnumSource(Order.class)
  void aResumedRunGivesWhatAnUninterruptedOneGives(Order order) throws IOException {
    KeyedPermutation permutation = KeyedPermutation.of("resume", 50_001);
    long last = order == Order.SKIP ? permutation.lastPosition() : 50_000;
    for (NumberFormat format : NumberFormat.values()) {
      byte[] whole = write(permutation, order, format, 0, last, 1);
      for (int room : new int[] {0, 1, 7, 8, 9, 77_777, 100_000, 200_003, whole.length - 1}) {
        for (int threads : new int[] {1, 3}) {
          Disk disk = new Disk(room);
          NumberWriter writer = new NumberWriter(permutation, order, format);
          assertThatThrownBy(() -> writer.write(disk, 0, last, threads))
              .isInstanceOf(IOException.class);
          ByteArrayOutputStream both = new ByteArrayOutputStream();
          both.writeBytes(disk.withoutCut(writer.cut()));
          both.writeBytes(write(permutation, order, format, writer.next(), last, threads));
          assertThat(Arrays.equals(both.toByteArray(), whole))
              .as("%s %s, room %d", order, format, room)
              .isTrue();
        }
      }
    }
  }

  @Test
  void aStoppedRunIsWholeUpToItsNextPosition() throws IOException {
    KeyedPermutation permutation = KeyedPermutation.of("stop", 1L << 50);
    NumberWriter writer = new NumberWriter(permutation, Order.WALK, NumberFormat.LINES);
    Disk disk =
        new Disk(Integer.MAX_VALUE) {
          @Override
          public int write(ByteBuffer source) throws IOException {
            if (writer.next() > 20_000) {
              writer.stop();
            }
            return super.write(source);
          }
        };
    writer.write(disk, 0, (1L << 50) - 1, 2);
    assertThat(writer.next()).isBetween(20_001L, 100_000L);
    assertThat(new String(disk.withoutCut(0), StandardCharsets.US_ASCII))
        .isEqualTo(text(permutation.stream(0, writer.next())));
  }

  @Test
  void tokensAreReadAsTheyAreWritten() {
    ResumeToken token =
        new ResumeToken(Order.SKIP, "10", ResumeToken.fingerprint(new byte[0]), "3");
    assertThat(token.text()).isEqualTo("v1-skip:10:3b4c7a5f4025c894:3");
    assertThat(ResumeToken.parse(token.text())).contains(token);
    assertThat(ResumeToken.parse("v2:10:3b4c7a5f4025c894:3")).isEmpty();
    assertThat(ResumeToken.parse("v1:10:3b4c7a5f4025c89:3")).isEmpty();
  }
}

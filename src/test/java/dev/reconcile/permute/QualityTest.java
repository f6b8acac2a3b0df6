// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.permute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.permute.Quality.Differences;
import dev.reconcile.permute.Quality.Orders;
import dev.reconcile.permute.Quality.Shape;
import dev.reconcile.permute.Quality.Weakest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The order looks like chance; mutants of the algorithm do not. */
final class QualityTest {
  private static final double LIMIT = 6;

  // Chance gives 57 to 60 at 12 bits, 13 to 15 for the worst of hundreds of keys, and 6 at 16 bits.
  private static final double LIMIT_OF_12_BITS = 66;
  private static final double LIMIT_OF_16_BITS = 9;
  private static final double LIMIT_OF_A_KEY = 16;
  private static final int LIMIT_OF_A_STEP = 16;
  private static final int LIMIT_OF_A_CORRELATION = 104;

  /** With so many keys the sums stand for what chance gives above; they grow with the root. */
  private static final int KEYS = 60;

  /** Keys that are weak under four rounds are rare. */
  private static final int MORE_KEYS = 720;

  private static final Subject SHIPPED = Subject.shipped();
  private static final Subject FOUR_ROUNDS = new Variant(4, true, 8);
  private static final Subject ANY_FACTORS = new Variant(6, false, 8);
  private static final Subject ANY_WIDTH = new Variant(6, true, 1);

  /** What must pass. */
  static Stream<Named<Subject>> sound() {
    return Stream.of(Named.of("shipped", SHIPPED), Named.of("chance", Subject.shuffle()));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5, 6, 7})
  void keysReachAllOrdersEvenly(int size) {
    Orders orders = Quality.orders(SHIPPED, size, 300_000);
    assertThat(Math.abs(orders.z())).isLessThan(LIMIT);
    assertThat(orders.missesOne()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"5,100000", "11,100000", "17,100000", "100,10000", "257,5000"})
  void neighboursMakeAllPairsEvenly(int size, int keys) {
    assertThat(Math.abs(Quality.pairs(SHIPPED, size, keys))).isLessThan(LIMIT);
  }

  @ParameterizedTest
  @MethodSource("sound")
  void differencesOf12BitsAreThoseOfChance(Subject subject) {
    assertThat(Quality.differences(subject, 12, KEYS).z()).isLessThan(LIMIT_OF_12_BITS);
    assertThat(Quality.differences(subject, 12, MORE_KEYS).worstKey()).isLessThan(LIMIT_OF_A_KEY);
  }

  @ParameterizedTest
  @MethodSource("sound")
  void differencesOf16BitsAreThoseOfChance(Subject subject) {
    assertThat(Quality.differences(subject, 16, KEYS).z()).isLessThan(LIMIT_OF_16_BITS);
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 27, 32, 47})
  void differencesOfMoreBitsAreThoseOfChance(int bits) {
    assertThat(Quality.differences(SHIPPED, bits, KEYS).z()).isLessThan(LIMIT);
  }

  @ParameterizedTest
  @MethodSource("sound")
  void noKeyIsWeak(Subject subject) {
    Weakest weakest = Quality.weakest(subject, 10_000);
    assertThat(weakest.difference()).isLessThanOrEqualTo(LIMIT_OF_A_STEP);
    assertThat(weakest.correlation()).isLessThanOrEqualTo(LIMIT_OF_A_CORRELATION);
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 64, 256, 1000})
  void theShapeIsThatOfChance(int size) {
    Shape shape = Quality.shape(SHIPPED, size, 4000);
    assertThat(Math.abs(shape.odd())).isLessThan(LIMIT);
    assertThat(Math.abs(shape.fixed())).isLessThan(LIMIT);
    assertThat(Math.abs(shape.ascents())).isLessThan(LIMIT);
    assertThat(Math.abs(shape.serial())).isLessThan(LIMIT);
  }

  @Test
  void fourRoundsAreTold() {
    Differences differences = Quality.differences(FOUR_ROUNDS, 12, MORE_KEYS);
    assertThat(differences.worstKey()).isGreaterThan(LIMIT_OF_A_KEY);
    assertThat(Quality.weakest(FOUR_ROUNDS, 10_000).difference()).isGreaterThan(LIMIT_OF_A_STEP);
  }

  @Test
  void anyOddFactorsAreTold() {
    assertThat(Quality.differences(ANY_FACTORS, 12, MORE_KEYS).worstKey())
        .isGreaterThan(LIMIT_OF_A_KEY);
    assertThat(Quality.weakest(ANY_FACTORS, 10_000).difference()).isGreaterThan(LIMIT_OF_A_STEP);
  }

  @Test
  void aMissingLeastWidthIsTold() {
    assertThat(Quality.orders(ANY_WIDTH, 5, 300_000).z()).isGreaterThan(LIMIT);
  }
}

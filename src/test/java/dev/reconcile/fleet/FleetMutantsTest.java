// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The model notices each wrong rule, long before its last seed. {@code
 * integration-tests/fleet-mutants.sh} prints with which seed and how.
 */
final class FleetMutantsTest {
  private static final int SEEDS = 1000;
  private static final Path TABLE = Path.of("target/fleet-mutants.txt");

  static Stream<FleetMutant> mutants() {
    List<String> chosen = List.of(System.getProperty("fleet.mutants", "").split(" ", -1));
    return Arrays.stream(FleetMutant.values())
        .filter(one -> chosen.contains("") || chosen.contains(one.name()));
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void theModelNotices(FleetMutant mutant) throws IOException {
    Optional<String> found =
        IntStream.rangeClosed(1, SEEDS)
            .mapToObj(seed -> FleetModelTest.broken(seed, mutant))
            .flatMap(Optional::stream)
            .findFirst();
    assertThat(found).as(mutant.name()).isPresent();
    String line = "%-28s %s\n".formatted(mutant, found.orElseThrow());
    Files.writeString(TABLE, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}

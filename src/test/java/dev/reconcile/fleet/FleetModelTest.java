// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The promises of docs/fleet.md, in interleavings that follow from seeds. */
final class FleetModelTest {
  private static final int SEEDS = Integer.getInteger("fleet.seeds", 10_000);

  static final FleetModel.Setup CONTRACT =
      new FleetModel.Setup() {
        @Override
        public FleetRules rules(FleetModel model) {
          return FleetRules.CONTRACT;
        }

        @Override
        public MemoryEngine engine() {
          return new MemoryEngine();
        }
      };

  /** Returns how the rules break with a seed; empty if they hold. */
  static Optional<String> broken(long seed, FleetModel.Setup setup) {
    try {
      new FleetModel(seed, setup).run();
      return Optional.empty();
    } catch (ModelTruth.Broken e) {
      return Optional.of("seed %d: %s".formatted(seed, e.getMessage()));
    }
  }

  /** Otherwise a model in which little happens would show little. */
  @Test
  void theModelComesToEverySituation() {
    Set<Enum<?>> expected = new HashSet<>(EnumSet.allOf(WaitReason.class));
    expected.addAll(EnumSet.allOf(Word.Outcome.class));
    // they need another machine, or another engine
    expected.removeAll(Set.of(WaitReason.SHARED_NAME, WaitReason.NO_RECORD));
    Set<Enum<?>> seen = new HashSet<>();
    for (int seed = 1; seed <= 300; seed++) {
      FleetModel model = new FleetModel(seed, CONTRACT);
      model.run();
      seen.addAll(model.seen);
    }
    assertThat(seen).isEqualTo(expected);
  }

  @Test
  void noInterleavingBreaksARule() {
    List<String> broken = new ArrayList<>();
    for (int seed = 1; seed <= SEEDS && broken.size() < 5; seed++) {
      broken(seed, CONTRACT).ifPresent(broken::add);
    }
    assertThat(broken).isEmpty();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The seven invariants of allocation, on generated histories and by example. */
class AllocatorTest {
  private static final int STEPS = 60;

  private static Pool pool(String key, int low, int high, Integer... reserved) {
    return new Pool(key, low, high, new TreeSet<>(List.of(reserved)));
  }

  private static SortedMap<String, Integer> numbers(Allocations allocations, Set<String> apps) {
    SortedMap<String, Integer> numbers = new TreeMap<>(allocations.numbers());
    numbers.keySet().retainAll(apps);
    return numbers;
  }

  /** Apps come, go and come back; some are reassigned or released; the pool stays. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void everyHistoryKeepsTheInvariants(int seed) {
    Random random = new Random(seed);
    int size = 40 + random.nextInt(60);
    Pool pool = pool("key " + seed, 20000, 20000 + size - 1, 20003, 20005);
    Set<String> apps = new TreeSet<>();
    Map<String, Integer> last = new TreeMap<>();
    Allocations allocations = Allocations.EMPTY;
    for (int step = 0; step < STEPS; step++) {
      String app = "app" + random.nextInt(25);
      Allocations before = allocations;
      Allocator.Result result;
      String moved = "";
      switch (random.nextInt(6)) {
        case 0 -> {
          apps.remove(app);
          result = Allocator.allocate(allocations, apps, pool);
        }
        case 1 -> {
          if (!apps.contains(app)) {
            last.remove(app);
            moved = app;
          }
          result =
              apps.contains(app)
                  ? Allocator.allocate(allocations, apps, pool)
                  : Allocator.allocate(allocations.without(app), apps, pool);
        }
        case 2 -> {
          if (apps.contains(app)) {
            moved = app;
            result = Allocator.reassign(allocations, app, apps, pool);
          } else {
            result = Allocator.allocate(allocations, apps, pool);
          }
        }
        default -> {
          apps.add(app);
          result = Allocator.allocate(allocations, apps, pool);
        }
      }
      allocations = result.allocations();
      assertThat(result.errors()).isEmpty();
      assertInvariants(before, allocations, moved, apps, pool);
      for (String name : apps) {
        Integer now = allocations.numbers().get(name);
        Integer then = name.equals(moved) ? null : last.get(name);
        assertThat(then == null || then.equals(now))
            .as(name + " comes back to its number")
            .isTrue();
        last.put(name, now);
      }
    }
  }

  private static void assertInvariants(
      Allocations before, Allocations after, String moved, Set<String> apps, Pool pool) {
    before
        .numbers()
        .forEach((name, number) -> {
          if (!name.equals(moved)) {
            assertThat(after.numbers()).as("nobody else moves").containsEntry(name, number);
          }
        });
    assertThat(new HashSet<>(after.numbers().values()))
        .as("no two have one number, removed ones included")
        .hasSize(after.numbers().size());
    assertThat(after.numbers().values()).allMatch(pool::offers);
    assertThat(after.numbers().keySet()).containsAll(apps);
    assertThat(Allocator.allocate(after, apps, pool).allocations())
        .as("idempotent")
        .isEqualTo(after);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void theOrderOfNamesDoesNotMatter(int seed) {
    Pool pool = pool("k", 100, 160);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      names.add("app-" + i);
    }
    Allocations inOrder = Allocator.allocate(Allocations.EMPTY, names, pool).allocations();
    Collections.shuffle(names, new Random(seed));

    assertThat(Allocator.allocate(Allocations.EMPTY, names, pool).allocations()).isEqualTo(inOrder);
  }

  @Test
  void aFullPoolIsFilledToTheLastNumber() {
    Pool pool = pool("k", 1, 10, 3);
    Set<String> nine = Set.of("a", "b", "c", "d", "e", "f", "g", "h", "i");
    Allocator.Result full = Allocator.allocate(Allocations.EMPTY, nine, pool);
    assertThat(full.errors()).isEmpty();
    assertThat(new TreeSet<>(full.allocations().numbers().values()))
        .containsExactly(1, 2, 4, 5, 6, 7, 8, 9, 10);

    Set<String> ten = new TreeSet<>(nine);
    ten.add("foo");
    Allocator.Result over = Allocator.allocate(full.allocations(), ten, pool);

    assertThat(over.errors())
        .singleElement()
        .extracting(AllocationError::detail)
        .asString()
        .isEqualTo(
            "No free port left in the pool 1-10: 10 numbers, 9 assigned (removed apps included), 1"
                + " reserved. \"foo\" needs one. Release a removed app, or widen allocation.ports.");
  }

  @Test
  void aChangedPoolMovesNobodyAndNamesWhoDoesNotFit() {
    Allocations allocations =
        Allocator.allocate(Allocations.EMPTY, Set.of("a", "b"), pool("k", 100, 200)).allocations();
    int numberOfB = allocations.numbers().getOrDefault("b", 0);

    Allocator.Result result =
        Allocator.allocate(allocations, Set.of("a", "b"), pool("k", 100, 200, numberOfB));

    assertThat(result.allocations()).isEqualTo(allocations);
    assertThat(result.errors())
        .containsExactly(
            new AllocationError.Outside("b", numberOfB, pool("k", 100, 200, numberOfB)));
    assertThat(
            Allocator.reassign(allocations, "b", Set.of("a", "b"), pool("k", 100, 200, numberOfB))
                .allocations()
                .numbers())
        .containsEntry("a", allocations.numbers().get("a"))
        .doesNotContainEntry("b", numberOfB);
  }

  @Test
  void aRemovedAppNeedNotFitThePool() {
    Allocations allocations = Allocations.EMPTY.with("gone", 50).with("here", 150);

    assertThat(Allocator.allocate(allocations, Set.of("here"), pool("k", 100, 200)).errors())
        .isEmpty();
  }

  @Test
  void aNumberAssignedTwiceIsNamedWithBothApps() {
    Allocations merged = Allocations.EMPTY.with("a", 150).with("b", 150);

    assertThat(Allocator.allocate(merged, Set.of("a", "b"), pool("k", 100, 200)).errors())
        .containsExactly(new AllocationError.Shared("b", "a", 150));
    Allocations mended =
        Allocator.reassign(merged, "b", Set.of("a", "b"), pool("k", 100, 200)).allocations();
    assertThat(mended.numbers()).containsEntry("a", 150);
    assertThat(mended.numbers().get("b")).isNotEqualTo(150);
  }

  @Test
  void anUnknownAlgorithmIsHonouredButGivesNothingNew() {
    Allocations allocations =
        new Allocations("keyed-permutation/v9", new TreeMap<>(Map.of("a", 150)));

    assertThat(Allocator.allocate(allocations, Set.of("a"), pool("k", 100, 200)).errors())
        .isEmpty();
    assertThat(Allocator.allocate(allocations, Set.of("a", "b"), pool("k", 100, 200)).errors())
        .containsExactly(new AllocationError.UnknownAlgorithm("b", "keyed-permutation/v9"));
  }

  @Test
  void theChoiceIsFixedForEver() {
    // what hosts have been given must never change: these follow from algorithm v1
    Pool pool = pool("labstoo-2026", 20000, 29999, 20080);
    Allocations allocations =
        Allocator.allocate(Allocations.EMPTY, Set.of("shop", "blog", "wiki"), pool).allocations();
    int shop = 20000 + (int) pool.preferences("shop").permute(0);

    assertThat(allocations.numbers()).containsEntry("shop", shop);
    assertThat(allocations.numbers().toString()).isEqualTo("{blog=29280, shop=20274, wiki=21881}");
  }

  @Test
  void theCommittedLedgerWinsOverWhatAHostChose() {
    Pool pool = pool("k", 100, 200);
    HostNumbers first = HostNumbers.of(Allocations.EMPTY, new TreeMap<>(), Set.of("a", "b"), pool);
    assertThat(first.missing()).containsExactly("a", "b");
    int chosen = first.own().getOrDefault("a", 0);

    Allocations committed = Allocations.EMPTY.with("c", chosen);
    HostNumbers second = HostNumbers.of(committed, first.own(), Set.of("a", "b", "c"), pool);

    assertThat(second.allocations().numbers()).containsEntry("c", chosen);
    assertThat(second.allocations().numbers().get("a")).isNotEqualTo(chosen);
    assertThat(second.allocations().numbers()).containsEntry("b", first.own().get("b"));
    assertThat(second.missing()).containsExactly("a", "b");
  }

  @Test
  void whatAHostChoseIsWhatTheRepoWillGet() {
    Pool pool = pool("k", 100, 200);
    Allocations committed = Allocations.EMPTY.with("old", 140);
    HostNumbers host = HostNumbers.of(committed, new TreeMap<>(), Set.of("a", "b", "old"), pool);

    assertThat(Allocator.allocate(committed, Set.of("a", "b", "old"), pool).allocations())
        .isEqualTo(host.allocations());
    assertThat(numbers(host.allocations(), Set.of("a", "b"))).isEqualTo(host.own());
  }
}

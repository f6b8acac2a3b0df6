package dev.reconcile.allocate;

import dev.reconcile.permute.KeyedPermutation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * Gives numbers to apps that have none.
 *
 * <p>Invariants: no entry changes; no two apps have one number, removed ones included; a new number
 * is one that the pool offers; the result depends on the ledger, the set of names and the pool, and
 * not on any order.
 */
public final class Allocator {
  private Allocator() {}

  /**
   * What became of a ledger.
   *
   * @param ledger with an entry for every app that could be placed
   * @param troubles why it must not be used, if there are any
   */
  public record Result(Allocations ledger, List<AllocationError> troubles) {
    public Result {
      troubles = List.copyOf(troubles);
    }
  }

  /** The ledger with an entry for each of {@code apps}. */
  public static Result allocate(Allocations ledger, Collection<String> apps, Pool pool) {
    return allocate(ledger, apps, pool, Set.of());
  }

  /**
   * The ledger with a new number for one app, different from the one it has.
   *
   * @param app has an entry
   */
  public static Result reassign(
      Allocations ledger, String app, Collection<String> apps, Pool pool) {
    int old = ledger.numbers().getOrDefault(app, 0);
    return allocate(ledger.without(app), apps, pool, Set.of(old));
  }

  private static Result allocate(
      Allocations ledger, Collection<String> apps, Pool pool, Set<Integer> avoided) {
    List<AllocationError> troubles = new ArrayList<>(check(ledger, apps, pool));
    Set<Integer> taken = new HashSet<>(ledger.numbers().values());
    Allocations result = ledger;
    for (String app : new TreeSet<>(apps)) {
      if (ledger.numbers().containsKey(app)) {
        continue;
      }
      if (!ledger.algorithm().equals(Allocations.ALGORITHM)) {
        troubles.add(new AllocationError.UnknownAlgorithm(app, ledger.algorithm()));
        continue;
      }
      OptionalInt number = firstFree(app, pool, taken, avoided);
      if (number.isEmpty()) {
        int assigned = (int) taken.stream().filter(pool::offers).count();
        troubles.add(new AllocationError.Exhausted(app, pool, assigned));
      } else {
        taken.add(number.getAsInt());
        result = result.with(app, number.getAsInt());
      }
    }
    return new Result(result, troubles);
  }

  private static OptionalInt firstFree(
      String app, Pool pool, Set<Integer> taken, Set<Integer> avoided) {
    KeyedPermutation preferences = pool.preferences(app);
    for (int i = 0; i < pool.size(); i++) {
      int number = pool.low() + (int) preferences.permute(i);
      if (pool.offers(number) && !taken.contains(number) && !avoided.contains(number)) {
        return OptionalInt.of(number);
      }
    }
    return OptionalInt.empty();
  }

  /** What is wrong with the entries that are there; only apps in use must fit the pool. */
  private static List<AllocationError> check(
      Allocations ledger, Collection<String> apps, Pool pool) {
    List<AllocationError> troubles = new ArrayList<>();
    Map<Integer, String> owners = new HashMap<>();
    ledger
        .numbers()
        .forEach((app, number) -> {
          String other = owners.putIfAbsent(number, app);
          if (other != null) {
            troubles.add(new AllocationError.Shared(app, other, number));
          } else if (apps.contains(app) && !pool.offers(number)) {
            troubles.add(new AllocationError.Outside(app, number, pool));
          }
        });
    return troubles;
  }
}

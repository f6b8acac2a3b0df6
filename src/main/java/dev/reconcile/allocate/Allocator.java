// SPDX-License-Identifier: Apache-2.0
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
 * The assignment of numbers to apps that have none.
 *
 * <p>Invariants: no entry changes; no two apps have the same number, removed apps included; the
 * pool offers each new number; the result depends on the ledger, the set of names and the pool, not
 * on any order.
 */
public final class Allocator {
  private Allocator() {}

  /**
   * The result of an assignment.
   *
   * @param allocations the ledger with an entry for every app that got a number
   * @param errors why the ledger must not be used; empty if it may be
   */
  public record Result(Allocations allocations, List<AllocationError> errors) {
    public Result {
      errors = List.copyOf(errors);
    }
  }

  /** Returns the ledger with an entry for each of {@code apps}. */
  public static Result allocate(Allocations allocations, Collection<String> apps, Pool pool) {
    return allocate(allocations, apps, pool, Set.of());
  }

  /**
   * Returns the ledger with a new number for one app, different from its present one.
   *
   * @param app an app with an entry
   */
  public static Result reassign(
      Allocations allocations, String app, Collection<String> apps, Pool pool) {
    int old = allocations.numbers().getOrDefault(app, 0);
    return allocate(allocations.without(app), apps, pool, Set.of(old));
  }

  private static Result allocate(
      Allocations allocations, Collection<String> apps, Pool pool, Set<Integer> avoided) {
    List<AllocationError> errors = new ArrayList<>(check(allocations, apps, pool));
    Set<Integer> taken = new HashSet<>(allocations.numbers().values());
    Allocations result = allocations;
    for (String app : new TreeSet<>(apps)) {
      if (allocations.numbers().containsKey(app)) {
        continue;
      }
      if (!allocations.algorithm().equals(Allocations.ALGORITHM)) {
        errors.add(new AllocationError.UnknownAlgorithm(app, allocations.algorithm()));
        continue;
      }
      OptionalInt number = firstFree(app, pool, taken, avoided);
      if (number.isEmpty()) {
        int assigned = (int) taken.stream().filter(pool::offers).count();
        errors.add(new AllocationError.Exhausted(app, pool, assigned));
      } else {
        taken.add(number.getAsInt());
        result = result.with(app, number.getAsInt());
      }
    }
    return new Result(result, errors);
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

  /**
   * Returns the errors of existing entries. The pool must contain the numbers of apps in use only.
   */
  private static List<AllocationError> check(
      Allocations allocations, Collection<String> apps, Pool pool) {
    List<AllocationError> errors = new ArrayList<>();
    Map<Integer, String> owners = new HashMap<>();
    allocations
        .numbers()
        .forEach((app, number) -> {
          String other = owners.putIfAbsent(number, app);
          if (other != null) {
            errors.add(new AllocationError.Shared(app, other, number));
          } else if (apps.contains(app) && !pool.offers(number)) {
            errors.add(new AllocationError.Outside(app, number, pool));
          }
        });
    return errors;
  }
}

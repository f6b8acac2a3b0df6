package dev.reconcile.allocate;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The numbers that apps have on one host: those of the committed ledger, and for apps that are not
 * in it yet, those that the host gave them before or gives them now.
 *
 * @param ledger all of them
 * @param own those that are not in the committed ledger, to be remembered on the host
 * @param missing apps in use that are not in the committed ledger
 * @param troubles why an apply must not use them
 */
public record HostNumbers(
    Allocations ledger,
    SortedMap<String, Integer> own,
    List<String> missing,
    List<AllocationError> troubles) {
  public HostNumbers {
    own = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(own));
    missing = List.copyOf(missing);
    troubles = List.copyOf(troubles);
  }

  /**
   * The numbers of {@code apps}.
   *
   * @param committed the ledger of the repo, which always wins
   * @param remembered what this host gave before
   */
  public static HostNumbers of(
      Allocations committed,
      SortedMap<String, Integer> remembered,
      Collection<String> apps,
      Pool pool) {
    Allocations known = committed;
    for (Map.Entry<String, Integer> entry : remembered.entrySet()) {
      boolean free =
          !committed.numbers().containsKey(entry.getKey())
              && !committed.numbers().containsValue(entry.getValue());
      if (free) {
        known = known.with(entry.getKey(), entry.getValue());
      }
    }
    Allocator.Result result = Allocator.allocate(known, apps, pool);
    SortedMap<String, Integer> own = new TreeMap<>(result.ledger().numbers());
    own.keySet().removeAll(committed.numbers().keySet());
    List<String> missing =
        new TreeSet<>(apps).stream().filter(app -> !committed.numbers().containsKey(app)).toList();
    return new HostNumbers(result.ledger(), own, missing, result.troubles());
  }
}

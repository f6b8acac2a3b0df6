package dev.reconcile.plan;

import dev.reconcile.model.Address;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Owned;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What an apply will do: a value, the same for the same desired and live state.
 *
 * @param revision the commit
 * @param changes in the order of their addresses
 * @param handlers what follows, in the order in which it runs
 * @param claims resources that will be remembered as made by reconcile
 * @param forgotten addresses that are remembered but are gone and no longer wanted
 * @param leftOut what this host cannot have, in words
 * @param unchanged how many resources are as they should be
 * @param diagnostics errors stop the apply; the rest is for people
 */
public record Plan(
    String revision,
    List<Planned> changes,
    List<Due> handlers,
    List<Owned> claims,
    Set<Address> forgotten,
    SortedSet<String> leftOut,
    int unchanged,
    List<Diagnostic> diagnostics) {
  public Plan {
    changes = List.copyOf(changes);
    handlers = List.copyOf(handlers);
    claims = List.copyOf(claims);
    forgotten = Set.copyOf(forgotten);
    leftOut = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(leftOut));
    diagnostics = List.copyOf(diagnostics);
  }

  /** Whether there is nothing to do. */
  public boolean isEmpty() {
    return changes.isEmpty() && handlers.isEmpty();
  }

  /** Whether something in it forbids an apply. */
  public boolean hasErrors() {
    return diagnostics.stream().anyMatch(Diagnostic::isError);
  }
}

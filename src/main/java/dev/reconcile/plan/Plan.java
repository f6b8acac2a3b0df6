// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.Step;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The actions of an apply: a value, the same for the same desired and live state.
 *
 * @param revision the commit
 * @param changes the changes, in the order of their addresses
 * @param handlers the handlers, in the order in which they run
 * @param claims resources to be remembered as made by reconcile
 * @param forgotten addresses that are remembered but neither exist nor are desired
 * @param leftOut what this host cannot have, in words
 * @param unchanged the number of resources that need no change
 * @param held apps that stay as they are, with the reason
 * @param digests app to the digest of its desired state, for each app that the plan changes
 * @param hostChanges the planned changes of the host's own ({@link HostChanges}), also those that
 *     the trial left out
 * @param diagnostics errors, which stop the apply, and warnings and notices
 */
public record Plan(
    String revision,
    List<PlannedChange> changes,
    List<PendingHandler> handlers,
    List<OwnedResource> claims,
    Set<Address> forgotten,
    SortedSet<String> leftOut,
    int unchanged,
    SortedMap<String, Diagnostic> held,
    SortedMap<String, String> digests,
    SortedSet<String> hostChanges,
    List<Diagnostic> diagnostics) {
  public Plan {
    changes = List.copyOf(changes);
    handlers = List.copyOf(handlers);
    claims = List.copyOf(claims);
    forgotten = Set.copyOf(forgotten);
    leftOut = Collections.unmodifiableSortedSet(new TreeSet<>(leftOut));
    held = Collections.unmodifiableSortedMap(new TreeMap<>(held));
    digests = Collections.unmodifiableSortedMap(new TreeMap<>(digests));
    hostChanges = Collections.unmodifiableSortedSet(new TreeSet<>(hostChanges));
    diagnostics = List.copyOf(diagnostics);
  }

  /**
   * Creates a plan that changes nothing.
   *
   * @param revision the commit
   * @param leftOut what this host cannot have, in words
   * @param unchanged the number of resources that need no change
   */
  public static Plan empty(String revision, List<String> leftOut, int unchanged) {
    return new Plan(
        revision,
        List.of(),
        List.of(),
        List.of(),
        Set.of(),
        new TreeSet<>(leftOut),
        unchanged,
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeSet<>(),
        List.of());
  }

  /** Returns this plan with more diagnostics. */
  public Plan with(List<Diagnostic> more) {
    if (more.isEmpty()) {
      return this;
    }
    return new Plan(
        revision,
        changes,
        handlers,
        claims,
        forgotten,
        leftOut,
        unchanged,
        held,
        digests,
        hostChanges,
        Stream.concat(diagnostics.stream(), more.stream()).toList());
  }

  /** Returns this plan without anything that nginx would have to load. */
  public Plan withoutNginx() {
    return without(ChangeLabels::isNginx, PendingHandler::needsNginx);
  }

  /** Returns this plan without some changes, the claims of their addresses, and some handlers. */
  Plan without(Predicate<Change> isDropped, Predicate<PendingHandler> isDroppedHandler) {
    Set<Address> dropped =
        changes.stream()
            .map(PlannedChange::change)
            .filter(isDropped)
            .map(Change::address)
            .collect(Collectors.toSet());
    return new Plan(
        revision,
        changes.stream().filter(planned -> !dropped.contains(planned.change().address())).toList(),
        handlers.stream().filter(Predicate.not(isDroppedHandler)).toList(),
        claims.stream().filter(owned -> !dropped.contains(owned.address())).toList(),
        forgotten,
        leftOut,
        unchanged,
        held,
        digests,
        hostChanges,
        diagnostics);
  }

  /** Returns whether there is nothing to do. */
  public boolean isEmpty() {
    return changes.isEmpty() && handlers.isEmpty();
  }

  /** Returns whether the plan has nginx test its configuration. */
  public boolean testsNginx() {
    return handlers.stream()
        .flatMap(due -> due.actions().stream())
        .anyMatch(action -> action.step() instanceof Step.TestNginx);
  }

  /** Returns the handlers of an app. */
  public List<PendingHandler> handlersOf(String app) {
    return handlers.stream().filter(due -> due.handler().app().equals(app)).toList();
  }

  /** Returns whether an error forbids the apply. */
  public boolean hasErrors() {
    return diagnostics.stream().anyMatch(Diagnostic::isError);
  }
}

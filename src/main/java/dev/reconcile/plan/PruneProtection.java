// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.Severity;
import dev.reconcile.model.State;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The apps that are never removed. A mistake that deletes an app may also delete the line that
 * protects it, so protection is remembered. It ends when a run finds the app declared and
 * unprotected, or when a person allows deletions with --max-prune.
 */
public final class PruneProtection {
  private PruneProtection() {}

  /**
   * Returns the apps that the desired state protects, and those that it protected when it last
   * declared them.
   */
  public static SortedSet<String> of(DesiredState desired, State state, PlanOptions options) {
    NavigableSet<String> apps = new TreeSet<>(desired.protectedApps());
    state.owned().values().stream()
        .map(OwnedResource::app)
        .filter(app -> state.protectedApps().contains(app) && !desired.apps().contains(app))
        .filter(app -> !isAllowed(app, options))
        .forEach(apps::add);
    return apps;
  }

  private static boolean isAllowed(String app, PlanOptions options) {
    boolean inScope = options.only().isEmpty() || options.only().contains(app);
    return options.maxPrune() >= 0 && options.prune() && inScope;
  }

  /** Returns whether a resource of a protected app has left the repo, so that it stays. */
  static boolean keepsAny(SortedSet<String> apps, DesiredState desired, State state) {
    return state.owned().values().stream()
        .anyMatch(owned ->
            apps.contains(owned.app()) && !desired.resources().containsKey(owned.address()));
  }

  /** Returns the warning for an app that stays because it was protected when it left the repo. */
  static Diagnostic lasting(String app) {
    return new Diagnostic(
        Severity.WARNING,
        "Protected app missing from the repo",
        """
        %s is kept, because its protection remains when it leaves the repo. To \
        remove it, pass --max-prune 1.\
        """
            .formatted(app),
        Optional.empty());
  }
}

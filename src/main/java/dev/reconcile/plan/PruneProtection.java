package dev.reconcile.plan;

import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Severity;
import dev.reconcile.model.State;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which apps are never removed. A mistake that deletes an app may well delete the line that
 * protects it, so protection is remembered: it ends when a run sees the app declared and not
 * protected, or when a person allows deletions with --max-prune.
 */
public final class PruneProtection {
  private PruneProtection() {}

  /** Those that the desired state protects, and those that it protected while it had them. */
  public static SortedSet<String> of(DesiredState desired, State memory, PlanOptions options) {
    NavigableSet<String> apps = new TreeSet<>(desired.protectedApps());
    memory.owned().values().stream()
        .map(owned -> owned.app())
        .filter(app -> memory.protectedApps().contains(app) && !desired.apps().contains(app))
        .filter(app -> !isAllowed(app, options))
        .forEach(apps::add);
    return apps;
  }

  private static boolean isAllowed(String app, PlanOptions options) {
    boolean inScope = options.only().isEmpty() || options.only().contains(app);
    return options.maxPrune() >= 0 && options.prune() && inScope;
  }

  /** Whether something of a protected app has left the repo, so that it stays. */
  static boolean keepsAny(SortedSet<String> apps, DesiredState desired, State memory) {
    return memory.owned().values().stream()
        .anyMatch(owned ->
            apps.contains(owned.app()) && !desired.resources().containsKey(owned.address()));
  }

  /** Why an app stays whose protection has left the repo with it. */
  static Diagnostic lasting(String app) {
    return new Diagnostic(
        Severity.WARNING,
        "A protected app has left the repo",
        app
            + " stays as it is: protection does not go with the app that has it. To remove it, pass"
            + " --max-prune 1.",
        Optional.empty());
  }
}

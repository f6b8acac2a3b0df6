// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.OwnedResource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Builds plans for tests. Invariant: a plan has nothing that the test does not set. */
public final class PlanBuilder {
  private final String revision;
  private List<PlannedChange> changes = List.of();
  private List<PendingHandler> handlers = List.of();
  private List<OwnedResource> claims = List.of();
  private List<String> leftOut = List.of();
  private int unchanged;
  private Map<String, Diagnostic> held = Map.of();
  private Map<String, String> digests = Map.of();
  private Collection<String> hostChanges = List.of();
  private List<Diagnostic> diagnostics = List.of();

  private PlanBuilder(String revision) {
    this.revision = revision;
  }

  /** Begins a plan of a commit. */
  public static PlanBuilder of(String revision) {
    return new PlanBuilder(revision);
  }

  public PlanBuilder changes(List<PlannedChange> changes) {
    this.changes = changes;
    return this;
  }

  public PlanBuilder handlers(List<PendingHandler> handlers) {
    this.handlers = handlers;
    return this;
  }

  public PlanBuilder claims(List<OwnedResource> claims) {
    this.claims = claims;
    return this;
  }

  public PlanBuilder leftOut(String... leftOut) {
    this.leftOut = List.of(leftOut);
    return this;
  }

  public PlanBuilder unchanged(int unchanged) {
    this.unchanged = unchanged;
    return this;
  }

  public PlanBuilder held(Map<String, Diagnostic> held) {
    this.held = held;
    return this;
  }

  public PlanBuilder digests(Map<String, String> digests) {
    this.digests = digests;
    return this;
  }

  public PlanBuilder hostChanges(String... hostChanges) {
    this.hostChanges = List.of(hostChanges);
    return this;
  }

  public PlanBuilder diagnostics(Diagnostic... diagnostics) {
    this.diagnostics = List.of(diagnostics);
    return this;
  }

  /** Returns the plan. */
  public Plan build() {
    return new Plan(
        revision,
        changes,
        handlers,
        claims,
        Set.of(),
        new TreeSet<>(leftOut),
        unchanged,
        new TreeMap<>(held),
        new TreeMap<>(digests),
        new TreeSet<>(hostChanges),
        diagnostics);
  }
}

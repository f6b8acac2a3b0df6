// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.desired;

import dev.reconcile.app.HostSettings;
import dev.reconcile.app.Templates;
import dev.reconcile.kind.Declarations;
import dev.reconcile.model.Address;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Handler;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Severity;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The builder of a desired state. It collects the resources and handlers that a desired-state tree
 * declares, and adds their mistakes to its {@link Diagnostics}.
 */
public final class DesiredStateBuilder implements Declarations {
  private final Diagnostics diagnostics = new Diagnostics();
  private final SortedMap<Address, Declared> resources = new TreeMap<>();
  private final SortedMap<String, Handler> handlers = new TreeMap<>();
  private final Set<Address> disputed = new HashSet<>();
  private final TreeFiles files;

  /** Creates an empty builder for the files of {@code tree}. */
  public DesiredStateBuilder(FileTree tree) {
    this.files = new TreeFiles(tree, diagnostics);
  }

  /**
   * Builds the desired state from everything that was added.
   *
   * @param revision the id of the commit
   * @param apps the names of the apps that the host runs
   * @param held the apps that stay unchanged
   * @param settings the settings of the host
   */
  public DesiredState build(
      String revision, Set<String> apps, Set<String> held, HostSettings settings) {
    return new DesiredState(
        revision,
        resources,
        handlers,
        apps,
        held,
        diagnostics.faults(),
        settings.protectedApps(),
        settings.limits());
  }

  @Override
  public void add(Declared declared) {
    Declared first = resources.putIfAbsent(declared.address(), declared);
    if (first != null && !disputed.contains(declared.address())) {
      error(
          declared.origin(),
          "Duplicate declaration",
          "%s is already declared in %s. One of the two must go."
              .formatted(declared.address(), first.origin().words()));
    }
  }

  /** Suppresses the error for a second declaration of a resource, because another check has it. */
  void dispute(Address address) {
    disputed.add(address);
  }

  @Override
  public boolean has(Address address) {
    return resources.containsKey(address);
  }

  @Override
  public void add(Handler handler) {
    handlers.putIfAbsent(handler.id(), handler);
  }

  @Override
  public void error(Origin origin, String summary, String detail) {
    diagnostics.add(Diagnostic.error(origin, summary, detail));
  }

  @Override
  public void warning(Origin origin, String summary, String detail) {
    diagnostics.add(Diagnostic.warning(origin, summary, detail));
  }

  @Override
  public void notice(Origin origin, String summary, String detail) {
    diagnostics.add(Diagnostic.warning(origin, summary, detail).withSeverity(Severity.NOTICE));
  }

  @Override
  public void fault(String app, Origin origin, String summary, String detail) {
    diagnostics.fault(app, Diagnostic.error(origin, summary, detail));
  }

  @Override
  public void postpone(Origin origin, String summary, String detail) {
    diagnostics.postpone(Diagnostic.warning(origin, summary, detail));
  }

  @Override
  public Optional<Content> file(String path, Origin origin) {
    return files.content(path, origin);
  }

  @Override
  public SortedMap<Address, Declared> resources() {
    return resources;
  }

  /** Returns the diagnostics that were added so far. */
  public Diagnostics diagnostics() {
    return diagnostics;
  }

  /** Returns the templates of the tree. */
  public Templates.TemplateFiles templates() {
    return files;
  }

  /** Returns the tree. */
  FileTree tree() {
    return files.tree();
  }
}

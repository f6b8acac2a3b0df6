// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.Kinds;
import dev.reconcile.kind.LinkKind;
import dev.reconcile.kind.PlannedFiles;
import dev.reconcile.model.Change;
import dev.reconcile.model.Declared;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Changes of a plan to files and links, laid over the live ones.
 *
 * @param changes changes of files and links, and of foreign files that are moved away
 */
record Overlay(List<Change> changes) {
  Overlay {
    changes = List.copyOf(changes);
  }

  /** Collects the plan's changes of the files and links whose paths match {@code which}. */
  static Overlay of(Plan plan, Predicate<String> which) {
    return new Overlay(
        plan.changes().stream()
            .map(PlannedChange::change)
            .flatMap(change -> PlaceholderFiles.of(change, which))
            .filter(change -> Kinds.named(change.address().kind()).isTried())
            .filter(change -> which.test(path(change)))
            .toList());
  }

  static String path(Change change) {
    return change.address().name();
  }

  /** Returns the state after the change; empty if the file is removed. */
  static Optional<Declared> after(Change change) {
    return PlannedFiles.after(change);
  }

  /** Returns the planned text of a file; empty for links, secrets and removed files. */
  static Optional<String> text(Change change) {
    return after(change)
        .map(Declared::spec)
        .filter(spec -> spec instanceof FileKind.Spec(var content, _) && !content.secret())
        .map(spec -> ((FileKind.Spec) spec).content().text());
  }

  /**
   * Returns a line of the planned text, with its number, indented by 4; empty if unknown.
   *
   * @param change the change of the file, if known
   * @param line from 1; other values are no line
   */
  static String excerpt(Optional<Change> change, int line) {
    return change
        .flatMap(Overlay::text)
        .flatMap(text -> text.lines().skip(Math.max(0, line - 1)).findFirst())
        .filter(_ -> line > 0)
        .map(text -> (line + ": " + text.strip()).indent(4))
        .orElse("");
  }

  boolean isEmpty() {
    return changes.isEmpty();
  }

  /** Returns the apps whose files change. */
  NavigableSet<String> apps() {
    NavigableSet<String> apps = new TreeSet<>();
    changes.stream().map(Change::app).filter(app -> !app.isEmpty()).forEach(apps::add);
    return apps;
  }

  /** Reports whether a change belongs to no app. */
  boolean concernsHost() {
    return changes.stream().anyMatch(change -> change.app().isEmpty());
  }

  /** Returns the overlay without the changes of {@code app}. */
  Overlay without(String app) {
    return new Overlay(changes.stream().filter(change -> !change.app().equals(app)).toList());
  }

  /** Returns the overlay without a change. */
  Overlay without(Change change) {
    return new Overlay(changes.stream().filter(other -> !other.equals(change)).toList());
  }

  /** Returns the changes that belong to no app. */
  List<Change> ofHost() {
    return changes.stream().filter(change -> change.app().isEmpty()).toList();
  }

  /** Returns the overlay with the changes of these apps and of no app. */
  Overlay only(Collection<String> apps) {
    return new Overlay(
        changes.stream()
            .filter(change -> change.app().isEmpty() || apps.contains(change.app()))
            .toList());
  }

  /** Finds the change of {@code path}. */
  Optional<Change> at(String path) {
    return changes.stream().filter(change -> path(change).equals(path)).findFirst();
  }

  /**
   * Returns the planned target of a changed link, as written in it; empty if no link changes at
   * {@code path}.
   */
  Optional<String> linkAt(String path) {
    return at(path)
        .flatMap(Overlay::after)
        .map(Declared::spec)
        .filter(LinkKind.Spec.class::isInstance)
        .map(spec -> ((LinkKind.Spec) spec).target());
  }
}

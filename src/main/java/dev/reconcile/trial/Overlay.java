package dev.reconcile.trial;

import dev.reconcile.kind.ConflictKind;
import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.Kinds;
import dev.reconcile.kind.LinkKind;
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
 * Changes of a plan to files and links, as they lie over the live ones.
 *
 * @param changes each of a file, of a link, or of a foreign file that is moved away
 */
record Overlay(List<Change> changes) {
  Overlay {
    changes = List.copyOf(changes);
  }

  /** What the plan does to files and links of which {@code which} holds. */
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

  /** What will be there; empty if nothing. */
  static Optional<Declared> after(Change change) {
    Optional<Declared> after =
        switch (change) {
          case Change.Create c -> Optional.of(c.after());
          case Change.Update u -> Optional.of(u.after());
          case Change.TakeOver t -> Optional.of(t.after());
          case Change.Delete d -> Optional.empty();
        };
    return after.filter(declared -> !(declared.spec() instanceof ConflictKind.Spec));
  }

  /** The text that a file will have; empty for links and secrets and what goes. */
  static Optional<String> text(Change change) {
    return after(change)
        .map(Declared::spec)
        .filter(spec -> spec instanceof FileKind.Spec(var content, _) && !content.secret())
        .map(spec -> ((FileKind.Spec) spec).content().text());
  }

  /**
   * One line of the text that a file will have, with its number, indented; empty if it is not
   * known.
   *
   * @param change of the file, if it is known which
   * @param line from 1; anything else is no line
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

  /** The apps whose files change. */
  NavigableSet<String> apps() {
    NavigableSet<String> apps = new TreeSet<>();
    changes.stream().map(Change::app).filter(app -> !app.isEmpty()).forEach(apps::add);
    return apps;
  }

  /** Whether something changes that belongs to no app. */
  boolean concernsHost() {
    return changes.stream().anyMatch(change -> change.app().isEmpty());
  }

  /** The same, but {@code app} stays as it is. */
  Overlay without(String app) {
    return new Overlay(changes.stream().filter(change -> !change.app().equals(app)).toList());
  }

  /** The same without one change. */
  Overlay without(Change change) {
    return new Overlay(changes.stream().filter(one -> !one.equals(change)).toList());
  }

  /** The changes that belong to no app. */
  List<Change> ofHost() {
    return changes.stream().filter(change -> change.app().isEmpty()).toList();
  }

  /** What belongs to no app, and what belongs to these. */
  Overlay only(Collection<String> apps) {
    return new Overlay(
        changes.stream()
            .filter(change -> change.app().isEmpty() || apps.contains(change.app()))
            .toList());
  }

  /** The change of what is at {@code path}. */
  Optional<Change> at(String path) {
    return changes.stream().filter(change -> path(change).equals(path)).findFirst();
  }

  /** Where a changed link will lead, as written in it; empty if there is none at {@code path}. */
  Optional<String> linkAt(String path) {
    return at(path)
        .flatMap(Overlay::after)
        .map(Declared::spec)
        .filter(LinkKind.Spec.class::isInstance)
        .map(spec -> ((LinkKind.Spec) spec).target());
  }
}

package dev.reconcile.plan;

import dev.reconcile.kind.Kind;
import dev.reconcile.kind.Kinds;
import dev.reconcile.model.Action;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Declared;
import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Live;
import dev.reconcile.model.LiveState;
import dev.reconcile.model.Owned;
import dev.reconcile.model.Role;
import dev.reconcile.model.Severity;
import dev.reconcile.model.Step;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares what should be with what is. Pure: no clock, no file, no process; the same two states
 * give the same plan, byte for byte.
 */
public final class Planner {
  private final DesiredState desired;
  private final LiveState live;
  private final Options options;
  private final SortedSet<String> lasting;
  private final List<Planned> changes = new ArrayList<>();
  private final List<Owned> claims = new ArrayList<>();
  private final Set<Address> forgotten = new HashSet<>();
  private final SortedSet<String> leftOut = new TreeSet<>();
  private final List<Diagnostic> diagnostics = new ArrayList<>();
  private final SortedMap<String, Diagnostic> held;
  private int unchanged;

  private Planner(
      DesiredState desired, LiveState live, Options options, SortedMap<String, Diagnostic> faults) {
    this.desired = desired;
    this.live = live;
    this.options = options;
    this.lasting = Protection.of(desired, live.memory(), options);
    SortedMap<String, Diagnostic> all = new TreeMap<>(faults);
    all.putAll(live.faults());
    all.putAll(desired.faults());
    this.held = new Holds(desired, live.memory(), options).with(all);
  }

  /** The plan that makes {@code live} like {@code desired}, as far as {@code options} allow. */
  public static Plan plan(DesiredState desired, LiveState live, Options options) {
    return plan(desired, live, options, new TreeMap<>());
  }

  /**
   * The same, with apps that are left as they are.
   *
   * @param faults app to what is wrong with it
   */
  public static Plan plan(
      DesiredState desired, LiveState live, Options options, SortedMap<String, Diagnostic> faults) {
    return new Planner(desired, live, options, faults).plan();
  }

  private Plan plan() {
    desired.resources().values().stream().filter(this::isInScope).forEach(this::compare);
    prune();
    if (!live.services()) {
      leftOut.add("services");
    }
    List<Due> handlers =
        live.services()
            ? new Handlers(desired, live, options, held.keySet()).due(changes)
            : List.of();
    return new Plan(
        desired.revision(),
        changes,
        handlers,
        claims,
        forgotten,
        leftOut,
        unchanged,
        held,
        digests(handlers),
        diagnostics);
  }

  /** App to a digest of all that {@code desired} says of it. */
  public static SortedMap<String, String> digests(DesiredState desired, Set<String> apps) {
    SortedMap<String, String> digests = new TreeMap<>();
    apps.forEach(app -> digests.put(app, Digests.ofApp(desired, app)));
    return digests;
  }

  private SortedMap<String, String> digests(List<Due> handlers) {
    SortedMap<String, String> digests = new TreeMap<>();
    Stream.concat(
            changes.stream().map(planned -> planned.change().app()),
            handlers.stream().map(due -> due.handler().app()))
        .filter(desired.apps()::contains)
        .distinct()
        .forEach(app -> digests.put(app, Digests.ofApp(desired, app)));
    return digests;
  }

  private boolean isInScope(Declared declared) {
    if (held.containsKey(declared.app())) {
      return false;
    }
    if (options.only().isEmpty() || options.only().contains(declared.app())) {
      return true;
    }
    // what apps stand on is made if it is missing, but changing it would reach other apps
    return declared.app().isEmpty() && live.at(declared.address()) instanceof Live.Absent;
  }

  private void compare(Declared declared) {
    Kind<?> kind = Kinds.named(declared.address().kind());
    boolean ours = live.memory().owns(declared.address());
    switch (live.at(declared.address())) {
      case Live.Absent absent -> change(kind, declared, new Change.Create(declared));
      case Live.Unknowable unknowable -> leftOut.add(unknowable.why());
      case Live.Obstructed obstructed -> foreign(kind, declared, obstructed, obstructed.what());
      case Live.Present present when present.spec().equals(declared.spec()) -> {
        unchanged++;
        if (!ours && (present.marked() || options.takeOver())) {
          claim(kind, declared);
        }
      }
      case Live.Present present when ours || present.marked() ->
          change(kind, declared, new Change.Update(present.spec(), declared));
      case Live.Present present ->
          foreign(kind, declared, present, "one that reconcile did not make");
    }
  }

  private void change(Kind<?> kind, Declared declared, Change change) {
    changes.add(new Planned(change, kind.steps(change)));
    claim(kind, declared);
  }

  private void claim(Kind<?> kind, Declared declared) {
    boolean ours = kind.isPruned() && declared.role() != Role.NEEDED;
    if (ours && !Owned.of(declared).equals(live.memory().owned().get(declared.address()))) {
      claims.add(Owned.of(declared));
    }
  }

  private void foreign(Kind<?> kind, Declared declared, Live found, String what) {
    if (options.takeOver()) {
      change(kind, declared, new Change.TakeOver(found, declared));
      return;
    }
    diagnostics.add(
        new Diagnostic(
            Severity.ERROR,
            "Something foreign is in the way",
            declared.address()
                + ": there is already "
                + what
                + ". Move it away, or let reconcile back it up and take it over with --take-over.",
            Optional.of(declared.origin())));
  }

  private void prune() {
    // without any app in the repo, what apps stand on would go from under one that stays
    boolean groundStays =
        desired.apps().isEmpty() && Protection.keepsAny(lasting, desired, live.memory());
    List<Owned> gone =
        live.memory().owned().values().stream()
            .filter(owned -> !desired.resources().containsKey(owned.address()))
            .filter(owned -> Kinds.exists(owned.address().kind()))
            .filter(owned -> !desired.held().contains(owned.app()))
            .filter(owned -> !held.containsKey(owned.app()))
            .filter(owned -> !groundStays || !owned.app().isEmpty())
            .filter(owned -> options.only().isEmpty() || options.only().contains(owned.app()))
            .toList();
    Set<String> subjects = new LinkedHashSet<>();
    for (Owned owned : gone) {
      prune(owned, subjects);
    }
    checkBudget(subjects);
  }

  private void prune(Owned owned, Set<String> subjects) {
    Live found = live.at(owned.address());
    boolean protectedApp = desired.protectedApps().contains(owned.app());
    if (lasting.contains(owned.app()) && !protectedApp && !(found instanceof Live.Absent)) {
      Diagnostic stays = Protection.lasting(owned.app());
      if (!diagnostics.contains(stays)) {
        diagnostics.add(stays);
      }
      return;
    }
    switch (found) {
      case Live.Absent absent -> forgotten.add(owned.address());
      case Live.Present present when !options.prune() || protectedApp ->
          diagnostics.add(
              Diagnostic.notice(
                  "Not removed",
                  owned.address()
                      + " has left the repo but stays: "
                      + (protectedApp ? owned.app() + " is protected." : "pruning is off.")));
      case Live.Present present -> {
        Change.Delete change = new Change.Delete(present.spec(), owned);
        List<Action> actions = Kinds.named(owned.address().kind()).steps(change);
        changes.add(
            new Planned(
                change,
                actions.stream()
                    .filter(action -> !isInUse(action, owned))
                    .map(action -> early(action, owned))
                    .toList()));
        subjects.add(owned.app().isEmpty() ? owned.address().toString() : "app " + owned.app());
      }
      case Live.Obstructed obstructed -> {
        forgotten.add(owned.address());
        diagnostics.add(
            Diagnostic.notice(
                "Not removed",
                owned.address()
                    + " has left the repo, but "
                    + obstructed.what()
                    + " is there now; it stays."));
      }
      case Live.Unknowable unknowable -> leftOut.add(unknowable.why());
    }
  }

  // What an app that stays no longer needs must be gone before its units are loaded and restarted.
  private Action early(Action action, Owned owned) {
    boolean stays = desired.apps().contains(owned.app());
    boolean settings = owned.role() == Role.UNIT_FILE || owned.role() == Role.FILE;
    return stays && settings ? new Action(owned.role().making(), action.step()) : action;
  }

  // An app whose directory moves has one store for the old place and the new.
  private boolean isInUse(Action action, Owned owned) {
    return action.step() instanceof Step.DiscardTrees
        && desired.resources().values().stream()
            .anyMatch(other ->
                other.app().equals(owned.app())
                    && other.address().kind().equals(owned.address().kind()));
  }

  private void checkBudget(Set<String> all) {
    // when the last app goes, what all of them stood on goes with it and is no deletion of its own
    boolean appsVanished =
        desired.apps().isEmpty() && all.stream().anyMatch(s -> s.startsWith("app "));
    Set<String> subjects =
        appsVanished
            ? all.stream()
                .filter(subject -> subject.startsWith("app "))
                .collect(Collectors.toCollection(LinkedHashSet::new))
            : all;
    int budget = options.maxPrune() >= 0 ? options.maxPrune() : desired.maxPrune();
    if (appsVanished && options.maxPrune() < 0) {
      diagnostics.add(
          Diagnostic.error(
              "No apps in the desired state",
              "The repo declares no app for this host, but "
                  + String.join(", ", subjects)
                  + " would be removed. If apps/ was moved, set --path; if you mean it, say"
                  + " --max-prune "
                  + subjects.size()
                  + "."));
    } else if (subjects.size() > budget) {
      diagnostics.add(
          Diagnostic.error(
              "Too many deletions",
              subjects.size()
                  + " deletions in one run, and at most "
                  + budget
                  + " are allowed: "
                  + String.join(", ", subjects)
                  + ". If you mean it, say --max-prune "
                  + subjects.size()
                  + "."));
    }
  }
}

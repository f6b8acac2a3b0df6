// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import dev.reconcile.kind.Kind;
import dev.reconcile.kind.Kinds;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Declared;
import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Live;
import dev.reconcile.model.LiveState;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.Role;
import dev.reconcile.model.State;
import dev.reconcile.model.UnitFilePath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The comparison of desired and live state. It is pure: no clock, no file, no process; the same two
 * states give the same plan, byte for byte.
 */
public final class Planner {
  private final FileReaders readers;
  private final DesiredState desired;
  private final LiveState live;
  private final PlanOptions options;
  private final SortedSet<String> lasting;
  private final Set<Address> refused;
  private final List<PlannedChange> changes = new ArrayList<>();
  private final List<OwnedResource> claims = new ArrayList<>();
  private final Set<Address> forgotten = new HashSet<>();
  private final SortedSet<String> leftOut = new TreeSet<>();
  private final List<Diagnostic> diagnostics = new ArrayList<>();
  private final KeptResources kept = new KeptResources();
  private final SortedMap<String, Diagnostic> held;
  private final Set<String> staying;
  private int unchanged;

  private Planner(
      DesiredState desired,
      LiveState live,
      PlanOptions options,
      SortedMap<String, Diagnostic> faults,
      Set<Address> refused,
      Set<String> released) {
    State state = StateUpgrade.of(live.state(), desired);
    this.readers = new FileReaders(desired, state);
    this.desired = readers.desired();
    this.live = live.withState(state);
    this.options = options;
    this.refused = Set.copyOf(refused);
    this.lasting = PruneProtection.of(desired, state, options);
    SortedMap<String, Diagnostic> all = new TreeMap<>(faults);
    all.putAll(live.faults());
    all.putAll(desired.faults());
    this.held = new HeldApps(this.desired, this.live, options, released).with(all);
    new ForeignResources(this.desired, this.live, options).hold(held);
    this.staying = new HashSet<>(held.keySet());
    staying.addAll(desired.held());
    Set<String> stays = new HashSet<>(lasting);
    stays.removeAll(desired.apps());
    stays.addAll(staying);
    Set<String> unmoved = Handovers.unmoved(this.desired, state, options, stays);
    if (!unmoved.isEmpty()) {
      held.putAll(Handovers.waiting(this.desired, this.live, options, unmoved));
      staying.addAll(held.keySet());
    }
  }

  /**
   * Returns the plan that makes {@code live} equal to {@code desired}, as far as {@code options}
   * allow.
   */
  public static Plan plan(DesiredState desired, LiveState live, PlanOptions options) {
    return plan(desired, live, options, new TreeMap<>());
  }

  /**
   * Returns the plan in which apps with a fault stay as they are.
   *
   * @param faults app to fault
   */
  public static Plan plan(
      DesiredState desired,
      LiveState live,
      PlanOptions options,
      SortedMap<String, Diagnostic> faults) {
    return plan(desired, live, options, faults, Set.of());
  }

  /**
   * Returns the plan in which apps with a fault, and refused files and links of the host, stay as
   * they are.
   *
   * @param faults app to fault
   * @param refused resources that a program which reads them would refuse
   */
  public static Plan plan(
      DesiredState desired,
      LiveState live,
      PlanOptions options,
      SortedMap<String, Diagnostic> faults,
      Set<Address> refused) {
    Planner planner = new Planner(desired, live, options, faults, refused, Set.of());
    Plan plan = planner.plan();
    if (options.selection().isPresent()) {
      return SelectedPlan.of(planner.desired, planner.live, options, plan);
    }
    SortedSet<String> released = HeldApps.released(plan, planner.live.state(), options);
    Plan last =
        released.isEmpty()
            ? plan
            : new Planner(desired, live, options, faults, refused, released).plan();
    return last.with(HeldApps.triedAgain(last, planner.live, options, released));
  }

  private Plan plan() {
    desired.resources().values().stream().filter(this::isInScope).forEach(this::compare);
    builders();
    prune();
    changes.removeIf(planned -> refused.contains(planned.change().address()));
    claims.removeIf(owned -> refused.contains(owned.address()));
    if (!live.services()) {
      leftOut.add("services");
      if (desired.handlers().values().stream().anyMatch(h -> DueReleases.of(h).isPresent())) {
        leftOut.add("release steps");
      }
      if (changes.stream().anyMatch(Planner::hasTimes)) {
        leftOut.add("check of times");
      }
    }
    List<PendingHandler> handlers =
        live.services() ? new Handlers(desired, live, options, staying).due(changes) : List.of();
    diagnostics.addAll(DueReleases.notices(handlers));
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
        HostChanges.of(changes),
        diagnostics);
  }

  /** Returns app to a digest of everything that {@code desired} declares for it. */
  public static SortedMap<String, String> digests(DesiredState desired, Set<String> apps) {
    SortedMap<String, String> digests = new TreeMap<>();
    DesiredState wired = new FileReaders(desired, State.EMPTY).desired();
    apps.forEach(app -> digests.put(app, Digests.ofApp(wired, app)));
    return digests;
  }

  private SortedMap<String, String> digests(List<PendingHandler> handlers) {
    SortedMap<String, String> digests = new TreeMap<>();
    Stream.concat(
            changes.stream().map(planned -> planned.change().app()),
            handlers.stream().map(due -> due.handler().app()))
        .filter(desired.apps()::contains)
        .distinct()
        .forEach(app -> digests.put(app, Digests.ofApp(desired, app)));
    return digests;
  }

  private void builders() {
    for (Declared builder : BuildUsers.missing(desired, live, changes).reversed()) {
      Change change = new Change.Create(builder);
      changes.addFirst(
          new PlannedChange(change, Kinds.named(builder.address().kind()).steps(change)));
    }
  }

  private boolean isInScope(Declared declared) {
    if (declared.role() == Role.BUILDER || staying.contains(declared.app())) {
      return false;
    }
    if (options.only().isEmpty() || options.only().contains(declared.app())) {
      return true;
    }
    // A missing resource that apps share is made. Changing one would affect other apps, as would a
    // new drop-in for all of them.
    return declared.app().isEmpty()
        && live.at(declared.address()) instanceof Live.Absent
        && UnitFilePath.of(declared.address().name()).stream().noneMatch(UnitFilePath::isDropIn);
  }

  private void compare(Declared declared) {
    Kind<?> kind = Kinds.named(declared.address().kind());
    boolean ours = live.state().owns(declared.address());
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
    readers.lateReader(declared.address()).ifPresent(diagnostics::add);
    changes.add(new PlannedChange(change, kind.steps(change)));
    claim(kind, declared);
  }

  private void claim(Kind<?> kind, Declared declared) {
    boolean ours = kind.isPruned() && declared.role() != Role.NEEDED;
    if (ours && !OwnedResource.of(declared).equals(live.state().owned().get(declared.address()))) {
      claims.add(OwnedResource.of(declared));
    }
  }

  private void foreign(Kind<?> kind, Declared declared, Live found, String what) {
    if (options.takeOver()) {
      change(kind, declared, new Change.TakeOver(found, declared));
      return;
    }
    diagnostics.add(ForeignResources.error(declared, what));
  }

  private void prune() {
    // If the repo has no app, pruning would remove the shared resources of an app that stays.
    boolean sharedStay =
        desired.apps().isEmpty() && PruneProtection.keepsAny(lasting, desired, live.state());
    List<OwnedResource> gone =
        live.state().owned().values().stream()
            .filter(owned -> !desired.resources().containsKey(owned.address()))
            .map(readers::of)
            .filter(owned -> Kinds.exists(owned.address().kind()))
            .filter(owned -> !staying.contains(owned.app()))
            .filter(owned -> !sharedStay || !owned.app().isEmpty())
            // an app that stays, or is rolled back, may need a template that no other app has
            .filter(owned -> desired.apps().isEmpty() || !isTemplate(owned.address()))
            .filter(owned -> options.only().isEmpty() || options.only().contains(owned.app()))
            .toList();
    Set<String> subjects = new LinkedHashSet<>();
    for (OwnedResource owned : gone) {
      prune(owned, subjects);
    }
    diagnostics.addAll(kept.notices());
    PruneBudget.exceeded(subjects, desired, options).ifPresent(diagnostics::add);
  }

  // only the systemd of a host understands the times of a schedule
  private static boolean hasTimes(PlannedChange planned) {
    return !(planned.change() instanceof Change.Delete)
        && UnitFilePath.of(planned.change().address().name())
            .filter(file -> file.isDropIn() && Layout.isTimer(file.unit()))
            .isPresent();
  }

  private static boolean isTemplate(Address address) {
    return Layout.ALL_TEMPLATES.stream()
        .anyMatch(template -> address.name().equals(Layout.UNIT_FILES + "/" + template));
  }

  private void prune(OwnedResource owned, Set<String> subjects) {
    Live found = live.at(owned.address());
    boolean protectedApp = desired.protectedApps().contains(owned.app());
    if (lasting.contains(owned.app()) && !protectedApp && !(found instanceof Live.Absent)) {
      Diagnostic stays = PruneProtection.lasting(owned.app());
      if (!diagnostics.contains(stays)) {
        diagnostics.add(stays);
      }
      return;
    }
    switch (found) {
      case Live.Absent absent -> forgotten.add(owned.address());
      case Live.Present _ when protectedApp -> kept.addProtected(owned);
      case Live.Present _ when !options.prune() -> kept.addUnpruned(owned);
      case Live.Present present -> {
        Change.Delete change = new Change.Delete(present.spec(), owned);
        changes.add(new PlannedChange(change, new PruneSteps(desired).of(change)));
        readers.lateReader(owned.address()).ifPresent(diagnostics::add);
        subjects.add(owned.app().isEmpty() ? owned.address().toString() : "app " + owned.app());
      }
      case Live.Obstructed obstructed -> {
        forgotten.add(owned.address());
        LeftBehind.notice(owned, obstructed.what()).ifPresent(diagnostics::add);
      }
      case Live.Unknowable unknowable -> leftOut.add(unknowable.why());
    }
  }
}

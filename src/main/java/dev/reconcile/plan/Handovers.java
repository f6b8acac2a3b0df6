// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import dev.reconcile.kind.FileKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Declared;
import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Live;
import dev.reconcile.model.LiveState;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.State;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.NginxConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The apps that hand over server names and resources, such as a directory, to other apps in a plan.
 * The app that gives something up stays as it is until the app that takes it serves, and the app
 * that takes it stays as it is until it is free. So no name is without an app, and no app gets the
 * code of another. The app that gives something up may leave the repo, as after a rename.
 */
public final class Handovers {
  private final SortedMap<String, Set<String>> lost = new TreeMap<>();
  private final SortedMap<String, Set<String>> got = new TreeMap<>();
  private final List<Handover> handovers = new ArrayList<>();
  private final Set<String> staying;

  /**
   * A name or resource that passes from one app to another.
   *
   * @param what the name or resource, in words
   */
  private record Handover(String giver, String taker, String what) {}

  // The apps of the desired state; an app that leaves is not among them.
  private Handovers(Set<String> staying) {
    this.staying = Set.copyOf(staying);
  }

  // A site of the host's own belongs to no app, so nothing waits for it.
  private void addNames(String app, Set<String> before, Set<String> after) {
    if (app.isEmpty()) {
      return;
    }
    add(lost, app, before, after);
    add(got, app, after, before);
  }

  private static void add(
      SortedMap<String, Set<String>> to, String app, Set<String> names, Set<String> without) {
    Set<String> rest = new TreeSet<>(names);
    rest.removeAll(without);
    if (!rest.isEmpty()) {
      to.put(app, rest);
    }
  }

  private void addOwner(Declared declared, State before) {
    OwnedResource owned = before.owned().get(declared.address());
    if (owned != null
        && !owned.app().isEmpty()
        && !declared.app().isEmpty()
        && !owned.app().equals(declared.app())) {
      handovers.add(new Handover(owned.app(), declared.app(), declared.address().toString()));
    }
  }

  /**
   * Returns app to the apps with which it shares a handover, for apps that the plan changes.
   *
   * @param before the state from which the plan was made
   */
  public static SortedMap<String, SortedSet<String>> of(Plan plan, State before) {
    return in(plan, before).partners();
  }

  /**
   * Returns app to what it waits for, in words, for apps that hand something over in this plan. A
   * run changes both apps or none of them.
   *
   * @param before the state from which the plan was made
   */
  public static SortedMap<String, SortedSet<String>> waits(Plan plan, State before) {
    SortedMap<String, SortedSet<String>> waits = new TreeMap<>();
    for (Handover handover : in(plan, before).handovers()) {
      waits
          .computeIfAbsent(handover.taker(), _ -> new TreeSet<>())
          .add("%s, from which it takes %s".formatted(handover.giver(), handover.what()));
      waits
          .computeIfAbsent(handover.giver(), _ -> new TreeSet<>())
          .add("%s, which takes %s".formatted(handover.taker(), handover.what()));
    }
    return waits;
  }

  private static Handovers in(Plan plan, State before) {
    Handovers all = new Handovers(plan.digests().keySet());
    for (PlannedChange planned : plan.changes()) {
      Change change = planned.change();
      switch (change) {
        case Change.Create create -> all.add(create.after(), Optional.empty(), before);
        case Change.Update update -> all.add(update.after(), Optional.of(update.before()), before);
        case Change.TakeOver taken -> all.add(taken.after(), Optional.empty(), before);
        case Change.Delete gone -> {
          if (isSite(gone.address())) {
            all.addNames(gone.app(), names(gone.before()), Set.of());
          }
        }
      }
    }
    return all;
  }

  private static Handovers of(DesiredState desired, LiveState live) {
    Handovers all = new Handovers(desired.apps());
    State before = live.state();
    for (Declared declared : desired.resources().values()) {
      Optional<Record> there =
          before.owns(declared.address())
                  && live.at(declared.address()) instanceof Live.Present present
              ? Optional.of(present.spec())
              : Optional.empty();
      all.add(declared, there, before);
    }
    for (OwnedResource owned : before.owned().values()) {
      if (isSite(owned.address())
          && !desired.resources().containsKey(owned.address())
          && live.at(owned.address()) instanceof Live.Present present) {
        all.addNames(owned.app(), names(present.spec()), Set.of());
      }
    }
    return all;
  }

  private void add(Declared declared, Optional<Record> specBefore, State before) {
    addOwner(declared, before);
    // the text of a site that does not change is not parsed
    if (isSite(declared.address()) && !specBefore.equals(Optional.of(declared.spec()))) {
      addNames(
          declared.app(),
          specBefore.map(Handovers::names).orElse(Set.of()),
          names(declared.spec()));
    }
  }

  private List<Handover> handovers() {
    List<Handover> all = new ArrayList<>(handovers);
    lost.forEach((giver, old) ->
        got.forEach((taker, names) ->
            old.stream()
                .filter(name -> names.contains(name) && !giver.equals(taker))
                .findFirst()
                .ifPresent(
                    name -> all.add(new Handover(giver, taker, "the server name " + name)))));
    return all;
  }

  // An app that leaves waits for its successor; the successor does not wait for it.
  private SortedMap<String, SortedSet<String>> partners() {
    SortedMap<String, SortedSet<String>> partners = new TreeMap<>();
    for (Handover handover : handovers()) {
      partners.computeIfAbsent(handover.giver(), key -> new TreeSet<>()).add(handover.taker());
      if (staying.contains(handover.giver())) {
        partners.computeIfAbsent(handover.taker(), key -> new TreeSet<>()).add(handover.giver());
      }
    }
    return partners;
  }

  /**
   * Returns the apps that this plan does not change: those that stay, those that a plan for some
   * apps only leaves out, and those that have left the repo if nothing is pruned.
   *
   * @param staying the apps that are held or protected
   */
  static Set<String> unmoved(
      DesiredState desired, State before, PlanOptions options, Set<String> staying) {
    Set<String> unmoved = new HashSet<>();
    if (!options.only().isEmpty()) {
      unmoved.addAll(desired.apps());
    }
    if (!options.only().isEmpty() || !options.prune()) {
      before.owned().values().stream()
          .map(OwnedResource::app)
          .filter(app -> !desired.apps().contains(app))
          .forEach(unmoved::add);
    }
    unmoved.removeAll(options.only());
    unmoved.addAll(staying);
    unmoved.remove("");
    return unmoved;
  }

  /**
   * Returns the apps that stay because an app with which they share a handover stays: app to
   * reason.
   *
   * @param desired the desired state
   * @param live the live state
   * @param options the options of the plan
   * @param unmoved the apps that stay as they are
   */
  static SortedMap<String, Diagnostic> waiting(
      DesiredState desired, LiveState live, PlanOptions options, Set<String> unmoved) {
    Handovers all = of(desired, live);
    List<Handover> handovers = all.handovers();
    SortedMap<String, Diagnostic> waiting = new TreeMap<>();
    int known;
    do {
      known = waiting.size();
      for (Handover handover : handovers) {
        String giver = handover.giver();
        String taker = handover.taker();
        boolean giverStays = unmoved.contains(giver) || waiting.containsKey(giver);
        boolean takerStays = unmoved.contains(taker) || waiting.containsKey(taker);
        if (takerStays && !giverStays) {
          waiting.put(giver, all.gives(handover));
        } else if (giverStays && !takerStays) {
          waiting.put(taker, takes(handover, why(giver, desired, live.state(), options)));
        }
      }
    } while (waiting.size() > known);
    return waiting;
  }

  // An app that has left the repo and stays is kept on purpose.
  private static String why(String giver, DesiredState desired, State before, PlanOptions options) {
    if (desired.apps().contains(giver)) {
      return "this run does not change";
    }
    if (desired.protectedApps().contains(giver)) {
      return "has left the repo and is kept by protect: [%s]".formatted(giver);
    }
    if (before.protectedApps().contains(giver)) {
      return "has left the repo and is still protected";
    }
    return options.prune()
        ? "has left the repo and is not part of this run"
        : "has left the repo and is kept by --no-prune";
  }

  private static Diagnostic takes(Handover handover, String why) {
    return Diagnostic.warning(
        "App kept until another app gives way",
        """
        %1$s takes %3$s from %2$s, which %4$s. %1$s stays as it is until %2$s gives it up.\
        """
            .formatted(handover.taker(), handover.giver(), handover.what(), why));
  }

  private Diagnostic gives(Handover handover) {
    return Diagnostic.warning(
        "App kept until its successor serves",
        (staying.contains(handover.giver())
                ? """
                %1$s gives up %3$s, and this run does not change %2$s, which takes it. %1$s stays \
                as it is until %2$s has it.\
                """
                : """
                %1$s has left the repo, and this run does not change %2$s, which takes %3$s. %1$s \
                keeps running until %2$s has it.\
                """)
            .formatted(handover.giver(), handover.taker(), handover.what()));
  }

  private static boolean isSite(Address address) {
    return address.kind().equals(FileKind.NAME) && address.name().startsWith(Layout.SITES + "/");
  }

  private static Set<String> names(Record spec) {
    return spec instanceof FileKind.Spec(var content, _) && !content.secret()
        ? NginxConfig.parse("", content.text()).directives().stream()
            .flatMap(Directive::all)
            .filter(directive -> directive.is("server_name"))
            .flatMap(directive -> directive.parameters().stream())
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet())
        : new HashSet<>();
  }
}

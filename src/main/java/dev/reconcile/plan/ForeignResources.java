// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import dev.reconcile.kind.ConflictKind;
import dev.reconcile.kind.DataKind;
import dev.reconcile.model.Declared;
import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Live;
import dev.reconcile.model.LiveState;
import dev.reconcile.model.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The apps that are held because of files that reconcile did not make: a foreign resource that must
 * not be taken over in the place of one of theirs, or a file that can be taken over only for
 * several apps together.
 */
final class ForeignResources {
  private static final String SUMMARY = "Conflicting resource";

  private final DesiredState desired;
  private final LiveState live;
  private final PlanOptions options;

  ForeignResources(DesiredState desired, LiveState live, PlanOptions options) {
    this.desired = desired;
    this.live = live;
    this.options = options;
  }

  /** Returns the error for one resource of the host. */
  static Diagnostic error(Declared declared, String what) {
    return error(declared.origin(), List.of(words(declared, what)), "");
  }

  /**
   * Adds the apps that must stay to the apps that are held already.
   *
   * @param held app to reason
   */
  void hold(SortedMap<String, Diagnostic> held) {
    if (options.takeOver()) {
      holdTogether(held);
    } else {
      holdInTheWay(held);
    }
  }

  private void holdInTheWay(SortedMap<String, Diagnostic> held) {
    SortedMap<String, List<String>> words = new TreeMap<>();
    SortedMap<String, Origin> origins = new TreeMap<>();
    for (Declared declared : desired.resources().values()) {
      Optional<String> what = what(declared);
      for (String app : what.isPresent() ? apps(declared) : Set.<String>of()) {
        if (isInScope(app)) {
          words.computeIfAbsent(app, key -> new ArrayList<>()).add(words(declared, what.get()));
          origins.putIfAbsent(app, declared.origin());
        }
      }
    }
    words.forEach((app, all) ->
        held.putIfAbsent(app, error(origins.getOrDefault(app, Origin.of("")), all, stays(app))));
  }

  // A file made by hand with the sites of two apps is moved away only when both sites are written.
  private void holdTogether(SortedMap<String, Diagnostic> held) {
    boolean more = true;
    while (more) {
      more = false;
      for (Declared declared : desired.resources().values()) {
        Set<String> apps = apps(declared);
        Optional<String> staying =
            apps.size() < 2
                ? Optional.empty()
                : apps.stream().filter(app -> held.containsKey(app) || !isInScope(app)).findFirst();
        for (String app : staying.isPresent() ? apps : Set.<String>of()) {
          if (isInScope(app) && !held.containsKey(app)) {
            held.put(app, shared(declared, app, staying.get()));
            more = true;
          }
        }
      }
    }
  }

  private static Diagnostic shared(Declared declared, String app, String staying) {
    return Diagnostic.error(
        declared.origin(),
        "nginx file shared by several apps",
        "%s has directives of %s and %s, and this run does not change %s.%s"
            .formatted(declared.address().name(), app, staying, staying, stays(app)));
  }

  private static String stays(String app) {
    return " Until then " + app + " stays as it is.";
  }

  private boolean isInScope(String app) {
    boolean asked = options.only().isEmpty() || options.only().contains(app);
    return asked && !desired.held().contains(app);
  }

  private static Set<String> apps(Declared declared) {
    if (declared.spec() instanceof ConflictKind.Spec conflict) {
      return conflict.apps();
    }
    return declared.app().isEmpty() ? Set.of() : new TreeSet<>(Set.of(declared.app()));
  }

  private Optional<String> what(Declared declared) {
    return switch (live.at(declared.address())) {
      case Live.Obstructed obstructed -> Optional.of(obstructed.what());
      case Live.Present present when isForeign(declared, present) ->
          Optional.of(
              present.spec() instanceof DataKind.Spec data
                  ? "its data in %s, which --take-over --move-data moves"
                      .formatted(data.former().path())
                  : "one that reconcile did not make");
      case Live.Present present -> Optional.empty();
      case Live.Absent absent -> Optional.empty();
      case Live.Unknowable unknowable -> Optional.empty();
    };
  }

  private boolean isForeign(Declared declared, Live.Present present) {
    return !present.spec().equals(declared.spec())
        && !present.marked()
        && !live.state().owns(declared.address());
  }

  private static String words(Declared declared, String what) {
    return declared.address() + ": there is already " + what + ".";
  }

  private static Diagnostic error(Origin origin, List<String> words, String stays) {
    return Diagnostic.error(
        origin,
        SUMMARY,
        String.join("\n", words)
            + (words.size() == 1
                ? " Move it away, or let reconcile back it up and take it over with --take-over."
                : """

                Move them away, or let reconcile back them up and take them over with \
                --take-over.\
                """)
            + stays);
  }
}

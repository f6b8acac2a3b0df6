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
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.NginxConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The successors of apps that leave the repo: apps that are new on the host and take over one of
 * their server names, as after a rename. An app is removed only when its successor serves the name.
 */
public final class Successors {
  private Successors() {}

  /** Returns leaving app to the apps that take its names, for apps that the plan changes. */
  public static SortedMap<String, SortedSet<String>> of(Plan plan) {
    SortedMap<String, Set<String>> leaving = new TreeMap<>();
    List<Declared> made = new ArrayList<>();
    for (PlannedChange planned : plan.changes()) {
      Change change = planned.change();
      if (change instanceof Change.Delete gone && isSite(gone.address())) {
        leaving.put(gone.app(), names(gone.before()));
      } else if (change instanceof Change.Create create && isSite(create.address())) {
        made.add(create.after());
      }
    }
    return leaving.isEmpty() ? new TreeMap<>() : match(leaving, made);
  }

  /** Returns leaving app to the apps that will take its names, held or not. */
  static SortedMap<String, SortedSet<String>> of(DesiredState desired, LiveState live) {
    SortedMap<String, Set<String>> leaving = leaving(desired, live);
    return leaving.isEmpty()
        ? new TreeMap<>()
        : match(
            leaving,
            desired.resources().values().stream()
                .filter(declared -> isSite(declared.address()))
                .filter(declared -> live.at(declared.address()) instanceof Live.Absent)
                .toList());
  }

  private static SortedMap<String, SortedSet<String>> match(
      SortedMap<String, Set<String>> leaving, List<Declared> made) {
    SortedMap<String, SortedSet<String>> successors = new TreeMap<>();
    for (Declared site : made) {
      Set<String> names = names(site.spec());
      leaving.forEach((app, old) -> {
        if (!Collections.disjoint(old, names)) {
          successors.computeIfAbsent(app, key -> new TreeSet<>()).add(site.app());
        }
      });
    }
    return successors;
  }

  /**
   * Returns the apps that stay because a successor is held: app to reason.
   *
   * @param successors leaving app to its successors
   * @param held the apps that stay as they are
   */
  static SortedMap<String, Diagnostic> waiting(
      Map<String, SortedSet<String>> successors, Collection<String> held) {
    SortedMap<String, Diagnostic> waiting = new TreeMap<>();
    successors.forEach((app, candidates) -> {
      Optional<String> successor = candidates.stream().filter(held::contains).findFirst();
      successor.ifPresent(name ->
          waiting.put(
              app,
              Diagnostic.warning(
                  "App kept until its successor serves",
                  """
                  %s has left the repo, and %s, which takes its server name, is held. %s \
                  keeps running until %s serves the name.\
                  """
                      .formatted(app, name, app, name))));
    });
    return waiting;
  }

  private static SortedMap<String, Set<String>> leaving(DesiredState desired, LiveState live) {
    SortedMap<String, Set<String>> leaving = new TreeMap<>();
    for (OwnedResource owned : live.state().owned().values()) {
      if (isSite(owned.address())
          && !owned.app().isEmpty()
          && !desired.apps().contains(owned.app())
          && live.at(owned.address()) instanceof Live.Present present) {
        leaving.put(owned.app(), names(present.spec()));
      }
    }
    return leaving;
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

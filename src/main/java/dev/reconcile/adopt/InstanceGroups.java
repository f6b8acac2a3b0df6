// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.adopt.FoundApp.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The grouping of instances of a unit into one app. Instances form a group if they differ only by a
 * number and nginx balances requests among them.
 */
public final class InstanceGroups {
  /** Settings that differ among instances without an effect on their answers. */
  private static final Set<String> OWN = Set.of("proc_name", "pidfile", "accesslog", "errorlog");

  private final NginxTree tree;

  private InstanceGroups(NginxTree tree) {
    this.tree = tree;
  }

  /** Returns the services, with the instances of a group joined to one service. */
  public static List<FoundApp> joined(List<FoundApp> apps, NginxTree tree) {
    InstanceGroups twins = new InstanceGroups(tree);
    List<FoundApp> left = new ArrayList<>(apps);
    List<FoundApp> joined = new ArrayList<>();
    while (!left.isEmpty()) {
      FoundApp first = left.removeFirst();
      List<FoundApp> same = left.stream().filter(other -> twins.areOne(first, other)).toList();
      String name = first.unit().prefix();
      boolean free = apps.stream().noneMatch(other -> other.name().equals(name));
      if (same.isEmpty() || !free || !GunicornApps.isName(name)) {
        joined.add(first);
        continue;
      }
      left.removeAll(same);
      joined.add(first.with(name, same));
    }
    return joined;
  }

  private boolean areOne(FoundApp first, FoundApp other) {
    return first.unit().prefix().equals(other.unit().prefix())
        && isNumbered(first)
        && isNumbered(other)
        && first.directory().equals(other.directory())
        && first.web().program().equals(other.web().program())
        && first.user().equals(other.user())
        && first.group().equals(other.group())
        && settings(first).equals(settings(other))
        && shareAnUpstream(first, other);
  }

  private static boolean isNumbered(FoundApp app) {
    return !app.isManaged() && app.unit().instance().matches("[0-9]+");
  }

  private static Map<String, String> settings(FoundApp app) {
    String number = "(?<![0-9])" + app.unit().instance() + "(?![0-9])";
    Map<String, String> settings = new TreeMap<>();
    settings.put("", GunicornApps.module(app.web().command(), app.web().config()));
    app.web()
        .command()
        .settings()
        .forEach((name, value) -> {
          if (!OWN.contains(name)) {
            settings.put("--" + name, value.replaceAll(number, "%i"));
          }
        });
    for (Variable variable : app.variables()) {
      settings.put(variable.name(), variable.value().replaceAll(number, "%i"));
    }
    return settings;
  }

  private boolean shareAnUpstream(FoundApp first, FoundApp other) {
    return tree.http().stream()
        .filter(directive -> directive.is("upstream"))
        .map(tree::members)
        .anyMatch(members -> has(members, first) && has(members, other));
  }

  private static boolean has(List<String> members, FoundApp app) {
    Optional<String> first = app.addresses().stream().filter(members::contains).findFirst();
    return first.isPresent();
  }
}

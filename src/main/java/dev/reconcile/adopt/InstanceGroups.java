package dev.reconcile.adopt;

import dev.reconcile.adopt.Service.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Instances of one unit that differ by a number alone, and among which nginx shares out requests:
 * they are one app.
 */
public final class InstanceGroups {
  /** Settings that tell instances apart and mean nothing for what they answer. */
  private static final Set<String> OWN = Set.of("proc_name", "pidfile", "accesslog", "errorlog");

  private final NginxTree tree;

  private InstanceGroups(NginxTree tree) {
    this.tree = tree;
  }

  /** The same services, with the twins of each as parts of it. */
  public static List<Service> joined(List<Service> services, NginxTree tree) {
    InstanceGroups twins = new InstanceGroups(tree);
    List<Service> left = new ArrayList<>(services);
    List<Service> joined = new ArrayList<>();
    while (!left.isEmpty()) {
      Service first = left.removeFirst();
      List<Service> same = left.stream().filter(other -> twins.areOne(first, other)).toList();
      String name = first.unit().prefix();
      boolean free = services.stream().noneMatch(other -> other.name().equals(name));
      if (same.isEmpty() || !free || !GunicornServices.isName(name)) {
        joined.add(first);
        continue;
      }
      left.removeAll(same);
      joined.add(first.with(name, same));
    }
    return joined;
  }

  private boolean areOne(Service one, Service other) {
    return one.unit().prefix().equals(other.unit().prefix())
        && isNumbered(one)
        && isNumbered(other)
        && one.directory().equals(other.directory())
        && one.program().equals(other.program())
        && one.user().equals(other.user())
        && one.group().equals(other.group())
        && said(one).equals(said(other))
        && shareAnUpstream(one, other);
  }

  private static boolean isNumbered(Service service) {
    return !service.isManaged() && service.unit().instance().matches("[0-9]+");
  }

  private static Map<String, String> said(Service service) {
    String number = "(?<![0-9])" + service.unit().instance() + "(?![0-9])";
    Map<String, String> said = new TreeMap<>();
    said.put("", GunicornServices.module(service.command(), service.config()));
    service
        .command()
        .settings()
        .forEach((name, value) -> {
          if (!OWN.contains(name)) {
            said.put("--" + name, value.replaceAll(number, "%i"));
          }
        });
    for (Variable variable : service.variables()) {
      said.put(variable.name(), variable.value().replaceAll(number, "%i"));
    }
    return said;
  }

  private boolean shareAnUpstream(Service one, Service other) {
    return tree.http().stream()
        .filter(directive -> directive.is("upstream"))
        .map(tree::members)
        .anyMatch(members -> has(members, one) && has(members, other));
  }

  private static boolean has(List<String> members, Service service) {
    Optional<String> first = service.addresses().stream().filter(members::contains).findFirst();
    return first.isPresent();
  }
}

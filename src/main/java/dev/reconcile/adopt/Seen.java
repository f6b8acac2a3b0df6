package dev.reconcile.adopt;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that was seen of a host.
 *
 * @param services the apps
 * @param code of each app, by its name
 * @param virtualenvs of each app that has one, by its name
 * @param statuses what each app answers to {@code GET /}, by its name, if it answers
 * @param nginx its configuration
 * @param listening the unix sockets among those that nginx names on which somebody listens
 * @param packages which of the Debian packages that apps need are installed
 */
public record Seen(
    List<Service> services,
    Map<String, Code> code,
    Map<String, Virtualenv> virtualenvs,
    Map<String, Integer> statuses,
    NginxTree nginx,
    Set<String> listening,
    List<String> packages) {
  public Seen {
    services = List.copyOf(services);
    code = Map.copyOf(code);
    virtualenvs = Map.copyOf(virtualenvs);
    statuses = Map.copyOf(statuses);
    listening = Set.copyOf(listening);
    packages = List.copyOf(packages);
  }
}

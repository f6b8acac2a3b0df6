package dev.reconcile.adopt;

import java.util.List;
import java.util.Map;

/**
 * All that was seen of a host.
 *
 * @param services the apps
 * @param code of each app, by its name
 * @param virtualenvs what each app runs with, by its name
 * @param statuses what each app answers to its health check, by its name, if it answers
 * @param nginx its configuration
 * @param holders who listens where, by address
 * @param elsewhere what others do
 * @param access what users may do
 * @param packages which of the Debian packages that apps need are installed
 */
public record HostInventory(
    List<Service> services,
    Map<String, CodeInventory> code,
    Map<String, Virtualenv> virtualenvs,
    Map<String, Integer> statuses,
    NginxTree nginx,
    Map<String, ListeningProcess> holders,
    OtherConfigFiles elsewhere,
    Access access,
    List<String> packages) {
  public HostInventory {
    services = List.copyOf(services);
    code = Map.copyOf(code);
    virtualenvs = Map.copyOf(virtualenvs);
    statuses = Map.copyOf(statuses);
    holders = Map.copyOf(holders);
    packages = List.copyOf(packages);
  }

  /** What was seen of an app's code. */
  CodeInventory codeOf(Service service) {
    return code.getOrDefault(service.name(), CodeInventory.NONE);
  }

  /** What was seen of an app's packages. */
  Virtualenv virtualenvOf(Service service) {
    return virtualenvs.getOrDefault(service.name(), Virtualenv.NONE);
  }

  /** The same with what the apps have answered. */
  public HostInventory answering(Map<String, Integer> answers) {
    return new HostInventory(
        services, code, virtualenvs, answers, nginx, holders, elsewhere, access, packages);
  }
}

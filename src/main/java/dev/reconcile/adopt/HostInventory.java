// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import java.util.List;
import java.util.Map;

/**
 * All facts about a host that an adoption uses.
 *
 * @param apps the apps
 * @param code the code of each app, by its name
 * @param virtualenvs the packages of each app, by its name
 * @param statuses the HTTP status of each app's answer to its health check, by its name; no entry
 *     without answer
 * @param nginx nginx's configuration
 * @param holders the listening process of each address
 * @param elsewhere other units and configuration files
 * @param access the access rights of users
 * @param packages the installed ones of the Debian packages that apps need
 */
public record HostInventory(
    List<FoundApp> apps,
    Map<String, CodeInventory> code,
    Map<String, Virtualenv> virtualenvs,
    Map<String, Integer> statuses,
    NginxTree nginx,
    Map<String, ListeningProcess> holders,
    OtherConfigFiles elsewhere,
    Access access,
    List<String> packages) {
  public HostInventory {
    apps = List.copyOf(apps);
    code = Map.copyOf(code);
    virtualenvs = Map.copyOf(virtualenvs);
    statuses = Map.copyOf(statuses);
    holders = Map.copyOf(holders);
    packages = List.copyOf(packages);
  }

  /** Returns the facts about an app's code. */
  CodeInventory codeOf(FoundApp app) {
    return code.getOrDefault(app.name(), CodeInventory.NONE);
  }

  /** Returns the facts about an app's packages. */
  Virtualenv virtualenvOf(FoundApp app) {
    return virtualenvs.getOrDefault(app.name(), Virtualenv.NONE);
  }

  /** Returns this inventory with the answers of the apps. */
  public HostInventory answering(Map<String, Integer> answers) {
    return new HostInventory(
        apps, code, virtualenvs, answers, nginx, holders, elsewhere, access, packages);
  }
}

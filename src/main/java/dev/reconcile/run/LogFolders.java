// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.app.App;
import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.plan.Plan;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The check that a plan makes the log directory of another app in which an app has a log. gunicorn
 * does not start without it. A plan does not make the directory of a new app that is held or not
 * part of the run.
 *
 * <p>Invariant: the check asks nothing of the host for an app that has its logs in its own
 * directory.
 */
final class LogFolders {
  private final Facts facts;
  private final Plan plan;
  private final List<App> apps;
  private final SortedMap<String, Diagnostic> faults = new TreeMap<>();

  private LogFolders(Facts facts, Plan plan, List<App> apps) {
    this.facts = facts;
    this.plan = plan;
    this.apps = apps;
  }

  /** Returns the apps that the plan must hold, because their log directory would be missing. */
  static SortedMap<String, Diagnostic> faults(Facts facts, Plan plan, List<App> apps)
      throws HostException {
    LogFolders folders = new LogFolders(facts, plan, apps);
    int known;
    do { // an app that is held makes no directory for others, either
      known = folders.faults.size();
      for (App app : apps) {
        folders.check(app);
      }
    } while (folders.faults.size() > known);
    return folders.faults;
  }

  private void check(App app) throws HostException {
    if (!isMade(app)) {
      return;
    }
    for (String log : logs(app)) {
      Optional<App> owner = owner(app, log.substring(0, log.lastIndexOf('/')));
      if (owner.isPresent()
          && !isMade(owner.get())
          && facts.stat(owner.get().layout().logs()).isEmpty()) {
        faults.put(app.name(), fault(app, log, owner.get().name()));
      }
    }
  }

  private boolean isMade(App app) {
    return plan.digests().containsKey(app.name()) && !faults.containsKey(app.name());
  }

  private Optional<App> owner(App app, String folder) {
    return apps.stream()
        .filter(other -> !other.name().equals(app.name()))
        .filter(other -> other.layout().logs().equals(folder))
        .filter(other -> logs(other).stream().anyMatch(log -> log.startsWith(folder + "/")))
        .findFirst();
  }

  private static List<String> logs(App app) {
    return app.processes().stream().flatMap(process -> process.logs().stream()).toList();
  }

  private Diagnostic fault(App app, String log, String owner) {
    Diagnostic held = plan.held().get(owner);
    Diagnostic fault = faults.get(owner);
    String because = held != null ? held.summary() : fault != null ? fault.summary() : "";
    return Diagnostic.warning(
        app.origin(),
        "App kept until another app is made",
        """
        The log %s is in the log directory of %s, which does not exist yet, and this run does not \
        make %s%s. Until it exists, %s stays as it is.\
        """
            .formatted(
                log, owner, owner, because.isEmpty() ? "" : " (" + because + ")", app.name()));
  }
}

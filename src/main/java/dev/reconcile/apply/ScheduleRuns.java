// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.UnitProperties;
import dev.reconcile.model.Layout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The schedules of apps that run at present. No deploy ends them, so their trees are kept.
 *
 * <p>Invariant: while none runs, no process is started to find out.
 */
final class ScheduleRuns {
  /** systemd has a link there for each unit that runs, named after it. */
  private static final String RUNNING = "/run/systemd/units";

  private static final String PREFIX = "invocation:";
  private static final int MOST_BYTES = 1 << 20;
  private static final long PAUSE = 250;
  private static final Pattern TREE =
      Pattern.compile("(?:^|\\x00)RECONCILE_(?:TREE|VENV)=([^\\x00]+)");

  private ScheduleRuns() {}

  /**
   * Returns the trees in which schedules run. The environment of the main process names them,
   * because the service has read them when it started. If the trees of a run are unknown, all trees
   * of its app are returned.
   */
  static Set<String> trees(Host host) throws HostException {
    Set<String> trees = new HashSet<>();
    List<String> services = running(host.facts());
    if (services.isEmpty()) {
      return trees;
    }
    for (Map<String, String> unit :
        UnitProperties.ask(host, List.of("--property=Id,MainPID"), services)) {
      Set<String> named = named(host.facts(), unit.getOrDefault("MainPID", "0"));
      String service = unit.getOrDefault(UnitProperties.ID, "");
      trees.addAll(named.isEmpty() ? all(host.facts(), service) : named);
    }
    return trees;
  }

  // A program may overwrite its environment, and it may have ended.
  private static Set<String> named(Facts facts, String pid) {
    Set<String> trees = new HashSet<>();
    try {
      String environment = facts.text("/proc/" + pid + "/environ", MOST_BYTES).orElse("");
      Matcher tree = TREE.matcher(environment);
      while (tree.find()) {
        trees.add(String.valueOf(tree.group(1)));
      }
    } catch (HostException _) {
      return Set.of();
    }
    return trees;
  }

  private static Set<String> all(Facts facts, String unit) throws HostException {
    Set<String> trees = new HashSet<>();
    Layout app = new Layout(Layout.appOf(unit).orElse(""));
    for (String store : List.of(app.checkouts(), app.venvs())) {
      facts.list(store).forEach(name -> trees.add(store + "/" + name));
    }
    return trees;
  }

  /** Returns the services of all schedules that run. */
  private static List<String> running(Facts facts) throws HostException {
    List<String> services = new ArrayList<>();
    for (String name : facts.list(RUNNING)) {
      if (name.startsWith(PREFIX) && Layout.isSchedule(name.substring(PREFIX.length()))) {
        services.add(name.substring(PREFIX.length()));
      }
    }
    return services;
  }

  /** Returns the services of an app's schedules: of those that are enabled and those that run. */
  static Set<String> of(Facts facts, String app) throws HostException {
    Set<String> services = new HashSet<>();
    for (String unit : facts.list(Layout.ENABLED)) {
      if (Layout.isTimer(unit) && isOf(app, unit)) {
        services.add(Layout.scheduleOf(unit));
      }
    }
    services.addAll(running(facts, app));
    return services;
  }

  private static List<String> running(Facts facts, String app) throws HostException {
    return running(facts).stream().filter(unit -> isOf(app, unit)).toList();
  }

  private static boolean isOf(String app, String unit) {
    return Layout.appOf(unit).filter(app::equals).isPresent();
  }

  /** Waits until no schedule of an app runs; systemd ends each at its timeout. */
  static void await(Host host, Progress progress, String app) throws HostException {
    if (!running(host.facts(), app).isEmpty()) {
      try (Progress.Ongoing _ = progress.begins(app, "waiting for the end of a schedule")) {
        while (!running(host.facts(), app).isEmpty()) {
          Sleeper.of(PAUSE);
        }
      }
    }
  }
}

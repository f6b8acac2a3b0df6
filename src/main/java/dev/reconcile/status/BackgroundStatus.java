// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.ScheduleFacts;
import dev.reconcile.host.UnitStatuses;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.model.UnitStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The status of the background processes and schedules that the target starts. Invariant: a host
 * without any is asked for nothing but the list of the target's units.
 *
 * @param processes the processes, sorted by unit
 * @param schedules the schedules, sorted by unit
 */
public record BackgroundStatus(
    List<OfApp<ProcessStatus>> processes, List<OfApp<ScheduleStatus>> schedules) {
  /** The status of a host without background processes and schedules. */
  public static final BackgroundStatus NONE = new BackgroundStatus(List.of(), List.of());

  private static final List<String> PROCESSES =
      List.of(Layout.PROCESS_TEMPLATE.replace("@.", "@*."));

  /**
   * A status and the app to which it belongs.
   *
   * @param app the name of the app
   * @param status the status
   */
  public record OfApp<T>(String app, T status) {}

  public BackgroundStatus {
    processes = List.copyOf(processes);
    schedules = List.copyOf(schedules);
  }

  /** Returns the problems of all, each with the name of the app; empty if all are healthy. */
  public List<Diagnostic> problems(Instant now) {
    List<Diagnostic> problems = new ArrayList<>();
    processes.forEach(one -> add(one.app(), one.status().problems(now), problems));
    schedules.forEach(one -> add(one.app(), one.status().problems(), problems));
    return problems;
  }

  private static void add(String app, List<Diagnostic> found, List<Diagnostic> problems) {
    for (Diagnostic problem : found) {
      String detail = "App %s: %s".formatted(app, problem.detail());
      problems.add(
          Diagnostic.finding(
              problem.summary(), detail, problem.command().orElse("reconcile status")));
    }
  }

  /**
   * Collects the status; below a root directory, where no process runs, it is empty.
   *
   * @param now the present time
   */
  public static BackgroundStatus of(Host host, Instant now) throws HostException {
    Facts facts = host.facts();
    if (!facts.live()) {
      return NONE;
    }
    List<String> processes = new ArrayList<>();
    List<String> timers = new ArrayList<>();
    for (String unit : new TreeSet<>(facts.list(Layout.ENABLED))) {
      if (Layout.isProcess(unit)) {
        processes.add(unit);
      } else if (Layout.isTimer(unit)) {
        timers.add(unit);
      }
    }
    return new BackgroundStatus(processes(host, processes, now), schedules(host, timers));
  }

  private static List<OfApp<ProcessStatus>> processes(Host host, List<String> units, Instant now)
      throws HostException {
    List<OfApp<ProcessStatus>> all = new ArrayList<>();
    if (units.isEmpty()) {
      return all;
    }
    Map<String, UnitStatus> services =
        UnitStatuses.withRestartsLately(host, UnitStatuses.ask(host, PROCESSES), now);
    for (String unit : units) {
      Optional<String> app = Layout.appOf(unit);
      if (app.isPresent()) {
        UnitStatus service = services.getOrDefault(unit, UnitStatus.NOT_LOADED);
        all.add(
            new OfApp<>(
                app.get(),
                new ProcessStatus(
                    Layout.nameInApp(unit), unit, Optional.of(service), 0, "", Optional.empty())));
      }
    }
    return all;
  }

  private static List<OfApp<ScheduleStatus>> schedules(Host host, List<String> timers)
      throws HostException {
    List<OfApp<ScheduleStatus>> all = new ArrayList<>();
    if (timers.isEmpty()) {
      return all;
    }
    Optional<Map<String, ScheduleFacts>> units =
        Optional.of(ScheduleFacts.ask(host, Layout.SCHEDULE_PATTERNS));
    for (String timer : timers) {
      Optional<String> app = Layout.appOf(timer);
      if (app.isPresent()) {
        Layout layout = new Layout(app.get());
        String name = Layout.nameInApp(timer);
        ScheduleFacts recorded = ScheduleFacts.recorded(host.facts(), layout.lastRun(name));
        all.add(new OfApp<>(app.get(), ScheduleStatus.of(layout, name, units, recorded)));
      }
    }
    return all;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.apply.Outcome;
import dev.reconcile.apply.RolledBack;
import dev.reconcile.model.UnitStatus;
import dev.reconcile.plan.Plan;
import dev.reconcile.status.BackgroundStatus;
import dev.reconcile.status.BackgroundStatus.OfApp;
import dev.reconcile.status.ProcessStatus;
import dev.reconcile.status.ScheduleStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The metrics of a run in Prometheus's text format 0.0.4. A value that the run has not determined
 * is left out, because no value is better than a wrong one.
 */
public final class MetricsText {
  /** The only metric whose value is kept after a failed run. */
  public static final String LAST_SUCCESS = "reconcile_last_success_timestamp_seconds";

  private final StringBuilder text = new StringBuilder();

  private MetricsText() {}

  /**
   * Returns the text.
   *
   * @param run the run
   * @param lastSuccess the end of the last successful run before it, in seconds since the epoch as
   *     that run wrote it; empty if unknown
   * @param background the background processes and schedules after the run
   */
  public static String of(RunReport run, String lastSuccess, BackgroundStatus background) {
    MetricsText metrics = new MetricsText();
    metrics.gauge("reconcile_build_info", "The version of reconcile.");
    metrics.value("reconcile_build_info{version=\"" + run.version() + "\"}", "1");
    metrics.run(run, run.isGood() ? seconds(run.finished()) : lastSuccess);
    if (run.plan().isPresent() && !run.plan().get().hasErrors()) {
      metrics.plan(run, run.plan().get());
    }
    metrics.maintenance(run);
    if (run.fleet().isPresent()) {
      metrics.fleet(run.fleet().get());
    }
    metrics.processes(labelled("process", background.processes(), ProcessStatus::name));
    metrics.schedules(labelled("schedule", background.schedules(), ScheduleStatus::name));
    return metrics.text.toString();
  }

  private void run(RunReport run, String lastSuccess) {
    Duration took = Duration.between(run.started(), run.finished());
    metric(
        "reconcile_last_run_timestamp_seconds",
        "The time at which the last run ended.",
        seconds(run.finished()));
    metric(
        "reconcile_last_run_duration_seconds",
        "The duration of the last run.",
        decimal(took.getSeconds(), took.getNano()));
    metric(
        "reconcile_last_run_exit_code",
        "The exit code of the last run.",
        String.valueOf(run.exit()));
    metric(
        "reconcile_suspended",
        "Whether applies are suspended.",
        run.suspension().isPresent() ? "1" : "0");
    if (!lastSuccess.isEmpty()) {
      metric(LAST_SUCCESS, "The time of the last successful run.", lastSuccess);
    }
    metric(
        "reconcile_last_run_changes",
        "The number of changes, restarts and reloads that the last run made.",
        String.valueOf(run.applied().isPresent() ? run.applied().get().doneCount() : 0));
  }

  private void maintenance(RunReport run) {
    Set<String> apps =
        run.applied().map(applied -> applied.state().maintenance().keySet()).orElse(Set.of());
    if (!apps.isEmpty()) {
      gauge("reconcile_maintenance", "Whether an app is in maintenance.");
      apps.forEach(app -> value("reconcile_maintenance{app=\"" + app + "\"}", "1"));
    }
  }

  private void fleet(FleetReport turn) {
    boolean isHalted = turn.state() == FleetReport.State.HALTED;
    boolean isWaiting =
        isHalted
            || turn.state() == FleetReport.State.WAITING
            || turn.state() == FleetReport.State.UNREACHABLE;
    metric(
        "reconcile_fleet_waiting", "Whether a release waits on this host.", isWaiting ? "1" : "0");
    metric("reconcile_fleet_halted", "Whether the rollout is halted.", isHalted ? "1" : "0");
    if (turn.failedHosts() >= 0) {
      metric(
          "reconcile_fleet_failed_hosts",
          "The number of hosts of the group on which a release failed.",
          String.valueOf(turn.failedHosts()));
    }
  }

  private void processes(Map<String, ProcessStatus> processes) {
    String what = "reconcile_process_";
    series(
        what + "up",
        "Whether a background process runs.",
        processes,
        status -> Optional.of(status.running() ? "1" : "0"));
    series(
        what + "restarts",
        "The number of times that systemd has restarted a background process.",
        processes,
        status -> status.service().map(unit -> String.valueOf(unit.restarts())));
    series(
        what + "since_timestamp_seconds",
        "The time at which a background process entered its state.",
        processes,
        status -> status.service().flatMap(UnitStatus::since).map(MetricsText::seconds));
    series(
        what + "memory_bytes",
        "The memory that a background process uses.",
        processes,
        status -> status.service().map(UnitStatus::memory).flatMap(MetricsText::known));
    series(
        what + "memory_limit_bytes",
        "The limit of the memory of a background process.",
        processes,
        status -> status.service().map(UnitStatus::memoryMax).flatMap(MetricsText::known));
  }

  private static Optional<String> known(long bytes) {
    return bytes == 0 ? Optional.empty() : Optional.of(String.valueOf(bytes));
  }

  private void schedules(Map<String, ScheduleStatus> schedules) {
    String what = "reconcile_schedule_";
    series(
        what + "active",
        "Whether the timer of a schedule is active.",
        schedules,
        status -> Optional.of(status.active() ? "1" : "0"));
    series(
        what + "last_run_failed",
        "Whether the last run of a schedule failed.",
        schedules,
        status ->
            switch (status.state()) {
              case FAILED -> Optional.of("1");
              case SUCCEEDED -> Optional.of("0");
              case NOT_RUN, RUNNING, UNKNOWN -> Optional.empty();
            });
    series(
        what + "last_start_timestamp_seconds",
        "The time at which the last run of a schedule began.",
        schedules,
        status -> status.started().map(MetricsText::seconds));
    series(
        what + "last_end_timestamp_seconds",
        "The time at which the last run of a schedule ended.",
        schedules,
        status -> status.ended().map(MetricsText::seconds));
    series(
        what + "next_start_timestamp_seconds",
        "The time at which a schedule is due next.",
        schedules,
        status -> status.next().map(MetricsText::seconds));
  }

  // A metric without a value has no header.
  private <T> void series(
      String name, String help, Map<String, T> byLabels, Function<T, Optional<String>> valueOf) {
    boolean begun = false;
    for (Map.Entry<String, T> one : byLabels.entrySet()) {
      Optional<String> value = valueOf.apply(one.getValue());
      if (value.isPresent()) {
        if (!begun) {
          gauge(name, help);
          begun = true;
        }
        value(name + one.getKey(), value.get());
      }
    }
  }

  private static <T> Map<String, T> labelled(
      String kind, List<OfApp<T>> all, Function<T, String> nameOf) {
    Map<String, T> byLabels = new LinkedHashMap<>();
    for (OfApp<T> one : all) {
      String name = nameOf.apply(one.status());
      byLabels.put("{app=\"" + one.app() + "\"," + kind + "=\"" + name + "\"}", one.status());
    }
    return byLabels;
  }

  private void plan(RunReport run, Plan plan) {
    metric(
        "reconcile_resources",
        "The number of resources in the last plan.",
        String.valueOf(plan.unchanged() + plan.changes().size()));
    if (run.apps().isEmpty()) {
      return;
    }
    Set<String> back = new HashSet<>();
    Set<String> failed = new HashSet<>();
    if (run.applied().isPresent()) {
      for (RolledBack rolledBack : run.applied().get().rolledBack()) {
        (rolledBack.problem().isEmpty() ? back : failed).add(rolledBack.app());
      }
      for (Outcome outcome : run.applied().get().outcomes()) {
        if (outcome instanceof Outcome.Failed && !outcome.app().isEmpty()) {
          failed.add(outcome.app());
        }
      }
      failed.addAll(run.applied().get().unreached().keySet());
      failed.removeAll(back);
    }
    Set<String> held = new HashSet<>(plan.held().keySet());
    held.removeAll(back);
    held.removeAll(failed);
    int ok = run.apps().getAsInt() - back.size() - held.size() - failed.size();
    gauge("reconcile_apps", "The number of apps by state.");
    value("reconcile_apps{state=\"ok\"}", String.valueOf(Math.max(ok, 0)));
    value("reconcile_apps{state=\"rolled_back\"}", String.valueOf(back.size()));
    value("reconcile_apps{state=\"held\"}", String.valueOf(held.size()));
    value("reconcile_apps{state=\"failed\"}", String.valueOf(failed.size()));
  }

  private void metric(String name, String help, String value) {
    gauge(name, help);
    value(name, value);
  }

  private void gauge(String name, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(" gauge\n");
  }

  private void value(String name, String value) {
    text.append(name).append(' ').append(value).append('\n');
  }

  private static String seconds(Instant time) {
    return decimal(time.getEpochSecond(), time.getNano());
  }

  // With milliseconds. String.format would load more classes than all other code of a run with
  // nothing to do.
  private static String decimal(long seconds, int nanos) {
    String millis = Integer.toString(1000 + nanos / 1_000_000);
    return seconds + "." + millis.substring(1);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.app.App;
import dev.reconcile.app.Schedule;
import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.FileKind;
import dev.reconcile.model.Change;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The times of the schedules that a plan makes or changes, as systemd understands them.
 *
 * <p>Invariant: a plan that changes no times starts no process. For all others, one process answers
 * for all times.
 */
final class ScheduleTimes {
  /** The summary of times that systemd refuses. */
  static final String INVALID = "Invalid times";

  private static final int SHOWN = 3;
  private static final Pattern NEXT =
      Pattern.compile("(?m)^ *(?:Next elapse|Iter(?:ation|\\.) #\\d+): (.+)$");
  private static final Pattern BLOCK = Pattern.compile("(?m)^ *Normalized form:");

  private final Host host;
  private final List<App> apps;

  /** The known answers: the next times of a calendar, or empty if systemd refuses it. */
  private final Map<String, Optional<List<String>>> answers = new HashMap<>();

  ScheduleTimes(Host host, List<App> apps) {
    this.host = host;
    this.apps = apps.stream().filter(app -> !app.background().schedules().isEmpty()).toList();
  }

  /** Returns the apps that the plan must hold, because systemd refuses the times of a schedule. */
  SortedMap<String, Diagnostic> faults(Plan plan) throws HostException {
    SortedMap<String, List<Schedule>> refused = new TreeMap<>();
    changed(plan)
        .forEach((schedule, app) -> {
          if (answers.getOrDefault(schedule.at(), Optional.of(List.of())).isEmpty()) {
            refused.computeIfAbsent(app.name(), _ -> new ArrayList<>()).add(schedule);
          }
        });
    SortedMap<String, Diagnostic> faults = new TreeMap<>();
    refused.forEach((app, schedules) -> faults.put(app, refusal(app, schedules)));
    return faults;
  }

  /** Returns the fault of an app with schedules whose times systemd refuses; at least one. */
  static Diagnostic refusal(String app, List<Schedule> schedules) {
    String texts =
        schedules.stream()
            .map(schedule -> "\"" + schedule.at() + "\"" + place(schedule, schedules))
            .collect(Collectors.joining(", "));
    String command =
        schedules.stream()
            .map(schedule -> Diagnostic.quoted(schedule.at()))
            .collect(Collectors.joining(" "));
    return Diagnostic.error(
            schedules.getFirst().atOrigin(),
            INVALID,
            """
            systemd does not understand %s. It reads a date, then a time, such as \
            "*-*-* 03:10" or "Mon *-*-* 06:00"; systemd.time(7) has the notation under Calendar \
            Events. Until this is corrected, %s stays as it is. To test a notation:\
            """
                .formatted(texts, app))
        .withCommand("systemd-analyze calendar " + command);
  }

  private static String place(Schedule schedule, List<Schedule> schedules) {
    return schedules.size() == 1
        ? ""
        : " (%s, line %s)".formatted(schedule.name(), schedule.atOrigin().line());
  }

  /** Returns the next times of each schedule that the plan makes or changes. */
  List<Diagnostic> notices(Plan plan) throws HostException {
    List<Diagnostic> notices = new ArrayList<>();
    changed(plan)
        .forEach((schedule, app) ->
            answers
                .getOrDefault(schedule.at(), Optional.empty())
                .filter(next -> !next.isEmpty())
                .ifPresent(next -> notices.add(next(app, schedule, next))));
    return notices;
  }

  private static Diagnostic next(App app, Schedule schedule, List<String> next) {
    if (next.getFirst().equals("never")) {
      return Diagnostic.warning(
          schedule.atOrigin(),
          "Schedule without a next time",
          "\"%s\" is in the past, so %s of %s never runs."
              .formatted(schedule.at(), schedule.name(), app.name()));
    }
    String splay =
        schedule.splay().isZero()
            ? ""
            : " Each run begins up to %d s later."
                .formatted(Math.max(1, schedule.splay().toSeconds()));
    return Diagnostic.notice(
        "Next times of a schedule",
        "%s of %s runs at %s.%s"
            .formatted(schedule.name(), app.name(), String.join(", ", next), splay));
  }

  // Schedule to its app, for each whose times are new on this host. Their answers are then known.
  private Map<Schedule, App> changed(Plan plan) throws HostException {
    Map<Schedule, App> changed = new LinkedHashMap<>();
    if (apps.isEmpty() || !host.facts().live()) {
      return changed;
    }
    Set<String> files = new HashSet<>();
    for (PlannedChange planned : plan.changes()) {
      Change change = planned.change();
      if (change.address().kind().equals(FileKind.NAME) && !(change instanceof Change.Delete)) {
        files.add(change.address().name());
      }
    }
    for (App app : apps) {
      for (Schedule schedule : app.background().schedules()) {
        if (files.contains(schedule.timesFile(app.layout()))) {
          changed.put(schedule, app);
        }
      }
    }
    Set<String> unknown = new LinkedHashSet<>();
    changed.keySet().forEach(schedule -> unknown.add(schedule.at()));
    unknown.removeAll(answers.keySet());
    if (!unknown.isEmpty()) {
      ask(List.copyOf(unknown));
    }
    return changed;
  }

  private void ask(List<String> calendars) throws HostException {
    List<String> argv =
        new ArrayList<>(List.of("systemd-analyze", "calendar", "--iterations=" + SHOWN, "--"));
    argv.addAll(calendars);
    CommandRunner.Result result = host.run(Command.of(argv.toArray(String[]::new)));
    List<String> valid = new ArrayList<>();
    for (String calendar : calendars) {
      if (result.err().contains("'" + calendar + "'")) {
        answers.put(calendar, Optional.empty());
      } else {
        valid.add(calendar);
      }
    }
    List<List<String>> found = next(result.out());
    // without an answer for each, as from a missing program, nothing is known of any
    boolean complete = found.size() == valid.size();
    for (int i = 0; i < valid.size(); i++) {
      answers.put(valid.get(i), Optional.of(complete ? found.get(i) : List.of()));
    }
  }

  /** Returns the next times of each calendar in the output of {@code systemd-analyze}. */
  static List<List<String>> next(String output) {
    List<List<String>> all = new ArrayList<>();
    String[] blocks = BLOCK.split(output, -1);
    for (int i = 1; i < blocks.length; i++) {
      List<String> times = new ArrayList<>();
      Matcher next = NEXT.matcher(blocks[i]);
      while (next.find()) {
        times.add(String.valueOf(next.group(1)).strip());
      }
      all.add(times);
    }
    return all;
  }
}

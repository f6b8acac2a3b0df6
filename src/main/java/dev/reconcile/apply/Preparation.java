// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Phase;
import dev.reconcile.model.State;
import dev.reconcile.model.Step;
import dev.reconcile.plan.Plan;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The part of a plan that a host performs before it is its turn: code, virtualenvs and builds in
 * new directories, which nothing uses until the plan is applied.
 *
 * <p>Invariant: nothing that is live changes. A failure here is none of the plan, which tries the
 * same again when it is applied, and reports it then.
 */
public final class Preparation {
  /** Stands while a preparation runs, so that a later one removes what a killed one has left. */
  private static final String MARK = LocalHost.STATE + "/preparing";

  private static final Set<Phase> AHEAD = EnumSet.of(Phase.CHECKOUTS, Phase.VENVS, Phase.BUILDS);

  /** What these phases need; an app, or a host, that lacks some of it waits for its turn. */
  private static final Set<Phase> BEFORE =
      EnumSet.of(Phase.USERS, Phase.PACKAGES, Phase.DIRECTORIES, Phase.HOST_FILES);

  private final Steps steps;
  private final AppSchedule schedule;
  private final Set<String> failed = new HashSet<>();

  private Preparation(Steps steps, AppSchedule schedule) {
    this.steps = steps;
    this.schedule = schedule;
  }

  /**
   * Performs what can be done ahead.
   *
   * @param plan the plan
   * @param state the state from which the plan was made
   * @param host the host
   * @param trees the source of code
   * @param progress the listener for long steps
   * @param schedule the order in which the apps of a phase are taken
   * @throws HostException if what a killed preparation has left cannot be removed
   */
  public static void of(
      Plan plan,
      State state,
      Host host,
      TreeExporter trees,
      Progress progress,
      AppSchedule schedule)
      throws HostException {
    Map<Phase, SortedMap<String, List<Task>>> ahead = ahead(plan, host.facts());
    if (host.facts().stat(MARK).isPresent()) {
      CrashCleanup.clearBuilds(host);
      host.discardTree(MARK);
    }
    if (ahead.isEmpty()) {
      return;
    }
    host.writeState(MARK, Content.of(""), FileAttributes.root(0600));
    RunCommand command = RunCommand.apply("");
    RunRecorder recorder = new RunRecorder(host, state, plan, command); // it writes nothing
    Steps steps = new Steps(host, plan, trees, progress, recorder, false);
    new Preparation(steps, schedule).perform(ahead);
    host.discardTree(MARK);
  }

  // The phases are in their order, because a build uses the virtualenv.
  private static Map<Phase, SortedMap<String, List<Task>>> ahead(Plan plan, Facts facts)
      throws HostException {
    Map<Phase, List<Task>> all = Task.of(plan);
    Set<String> waiting = new HashSet<>();
    BEFORE.forEach(
        phase -> all.getOrDefault(phase, List.of()).forEach(task -> waiting.add(task.app())));
    Map<Phase, SortedMap<String, List<Task>>> ahead = new EnumMap<>(Phase.class);
    if (waiting.contains("")) {
      return ahead;
    }
    for (Phase phase : AHEAD) {
      for (Task task : all.getOrDefault(phase, List.of())) {
        if (!waiting.contains(task.app()) && isNew(task, facts)) {
          ahead
              .computeIfAbsent(phase, _ -> new TreeMap<>())
              .computeIfAbsent(task.app(), _ -> new ArrayList<>())
              .add(task);
        }
      }
    }
    return ahead;
  }

  // A directory that is there may be the live one, with files that somebody has edited.
  private static boolean isNew(Task task, Facts facts) throws HostException {
    for (Step step : task.steps()) {
      if (facts.stat(directory(step)).isPresent()) {
        return false;
      }
    }
    return true;
  }

  private static String directory(Step step) {
    if (step instanceof Step.BuildVenv venv) {
      return venv.home();
    }
    return step instanceof Step.BuildTree tree
        ? tree.directory()
        : ((Step.ExportTree) step).directory();
  }

  private void perform(Map<Phase, SortedMap<String, List<Task>>> ahead) {
    try {
      for (Map.Entry<Phase, SortedMap<String, List<Task>>> phase : ahead.entrySet()) {
        SortedMap<String, Runnable> work = new TreeMap<>();
        phase.getValue().forEach((app, tasks) -> work.put(app, () -> perform(app, tasks)));
        schedule.run(phase.getKey(), work);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void perform(String app, List<Task> tasks) {
    for (Task task : tasks) {
      if (isFailed(app)) {
        return;
      }
      Optional<FailedStep> fault = FailedStep.in(steps, task.steps());
      if (fault.isPresent()) {
        fail(app);
      }
    }
  }

  private synchronized boolean isFailed(String app) {
    return failed.contains(app);
  }

  private synchronized void fail(String app) {
    failed.add(app);
  }
}

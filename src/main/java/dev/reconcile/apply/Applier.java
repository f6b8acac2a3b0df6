package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.Kinds;
import dev.reconcile.model.Change;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Memory;
import dev.reconcile.model.Phase;
import dev.reconcile.model.Step;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.Planned;
import dev.reconcile.plan.Words;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Carries out a plan, phase by phase. An app that fails is left where it is and the others go on; a
 * failure of what all stand on ends the run.
 *
 * <p>Invariant: what is due is on disk before the first change, and is cleared only by success. So
 * a run that is killed at any point is completed by the next one.
 */
public final class Applier {
  /** Phases whose tasks take long and do not touch what belongs to another app. */
  private static final Set<Phase> SIDE_BY_SIDE =
      Set.of(Phase.CHECKOUTS, Phase.VENVS, Phase.BRIDGE, Phase.INSTANCES, Phase.STOP_INSTANCES);

  private final Steps steps;
  private final Ledger ledger;
  private final Set<String> failedApps = ConcurrentHashMap.newKeySet();
  private final Map<String, String> aborted = new ConcurrentHashMap<>();
  private final List<Change> planned = new ArrayList<>();
  private final List<Change> nginxChanges = new CopyOnWriteArrayList<>();

  private Applier(Host host, Trees trees, Progress progress, Ledger ledger) {
    this.steps = new Steps(host, trees, progress);
    this.ledger = ledger;
  }

  /**
   * Makes the host as the plan says.
   *
   * @param plan without errors
   * @param memory what was remembered when the plan was made
   * @param repo the repo, to be remembered
   * @param host the host
   * @param trees where code comes from
   * @param progress told of long steps
   * @throws HostException if what is remembered cannot be written: then nothing, or nothing more,
   *     is changed
   */
  public static Applied apply(
      Plan plan, Memory memory, String repo, Host host, Trees trees, Progress progress)
      throws HostException {
    Ledger ledger = new Ledger(host, memory, plan, repo);
    ledger.begin();
    new Applier(host, trees, progress, ledger).run(plan);
    return ledger.end();
  }

  private void run(Plan plan) {
    plan.changes().forEach(one -> planned.add(one.change()));
    Map<Phase, List<Task>> tasks = Task.of(plan);
    for (Map.Entry<Phase, List<Task>> phase : tasks.entrySet()) {
      if (phase.getKey() == Phase.PACKAGES) {
        packages(phase.getValue());
      } else if (SIDE_BY_SIDE.contains(phase.getKey()) && phase.getValue().size() > 1) {
        sideBySide(phase.getValue());
      } else {
        phase.getValue().forEach(this::perform);
      }
    }
    // a change without a step of its own (a unit that its handler starts) is done with the rest
    plan.changes().stream()
        .filter(planned -> planned.actions().isEmpty())
        .map(Planned::change)
        .forEach(this::withoutSteps);
  }

  // One apt-get for all of them: each would read the package lists again.
  private void packages(List<Task> tasks) {
    List<String> names = new ArrayList<>();
    for (Task task : tasks) {
      for (Step step : task.steps()) {
        if (step instanceof Step.InstallPackage install) {
          names.add(install.name());
        }
      }
    }
    Optional<Diagnostic> failure = attempt(() -> steps.install(names));
    for (Task task : tasks) {
      settle(task, failure);
    }
  }

  private void sideBySide(List<Task> tasks) {
    int width = Math.max(2, Runtime.getRuntime().availableProcessors());
    try (ExecutorService pool = Executors.newFixedThreadPool(width)) {
      List<Future<?>> running = new ArrayList<>();
      for (Task task : tasks) {
        running.add(pool.submit(() -> perform(task)));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      aborted.put("", "the run was interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException("a task failed without saying so", e.getCause());
    }
  }

  private void perform(Task task) {
    String because = aborted.getOrDefault("", "");
    if (because.isEmpty() && !task.app().isEmpty() && failedApps.contains(task.app())) {
      because = "something before it failed for " + task.app();
    }
    if (!because.isEmpty()) {
      ledger.skipped(task, because);
      return;
    }
    remember(task);
    Optional<Diagnostic> failure =
        attempt(() -> {
          for (Step step : task.steps()) {
            steps.perform(step);
          }
        });
    settle(task, failure);
  }

  private void remember(Task task) {
    task.change().filter(Words::isNginx).ifPresent(nginxChanges::add);
    if (task.steps().contains(new Step.TestNginx())) {
      planned.stream()
          .filter(change -> Words.isNginx(change) && change.app().equals(task.app()))
          .filter(change -> !task.app().isEmpty() && !nginxChanges.contains(change))
          .forEach(nginxChanges::add);
    }
  }

  private interface Work {
    void run() throws HostException, StepFailure;
  }

  private static Optional<Diagnostic> attempt(Work work) {
    try {
      work.run();
      return Optional.empty();
    } catch (StepFailure e) {
      return Optional.of(e.diagnostic());
    } catch (HostException e) {
      return Optional.of(Diagnostic.error("The host could not be changed", "" + e.getMessage()));
    }
  }

  private void settle(Task task, Optional<Diagnostic> failure) {
    if (failure.isEmpty()) {
      ledger.done(task);
      return;
    }
    if (task.app().isEmpty()) {
      boolean test = task.steps().contains(new Step.TestNginx());
      ledger.failed(task, test ? restoreNginx(failure.get()) : failure.get());
      aborted.put("", task.subject() + " failed");
    } else {
      ledger.failed(task, failure.get());
      failedApps.add(task.app());
      takeBack(
          nginxChanges.stream().filter(change -> change.app().equals(task.app())).toList(),
          "taken back, because " + task.subject() + " failed");
    }
  }

  // nginx runs on with what it has; its files go back to what it accepted, for the next reboot.
  private Diagnostic restoreNginx(Diagnostic failure) {
    Set<String> lost = takeBack(nginxChanges, "taken back, because nginx refused it");
    boolean fine = attempt(() -> steps.perform(new Step.TestNginx())).isEmpty();
    String more =
        lost.isEmpty()
            ? "\nThe sites are as they were before this run"
                + (fine
                    ? "."
                    : ", and nginx refused its configuration then too: it was broken before. Mend"
                        + " the file it names.")
            : "\nThese could not be brought back: " + String.join(", ", lost);
    return Diagnostic.error(failure.summary(), failure.detail() + more);
  }

  private Set<String> takeBack(List<Change> changes, String because) {
    Set<String> lost = new HashSet<>();
    for (Change change : List.copyOf(changes).reversed()) {
      List<Step> back = Kinds.named(change.address().kind()).undo(change);
      Optional<Diagnostic> trouble =
          attempt(() -> {
            for (Step step : back) {
              steps.perform(step);
            }
          });
      trouble.ifPresent(_ -> lost.add(change.address().name()));
    }
    ledger.undone(changes, because);
    return lost;
  }

  private void withoutSteps(Change change) {
    Task task =
        new Task(
            change.address().toString(),
            change.app(),
            List.of(),
            Optional.of(change),
            Optional.empty(),
            true);
    if (aborted.isEmpty() && !failedApps.contains(change.app()) && ledger.hasFollowed(change)) {
      ledger.done(task);
    } else {
      ledger.skipped(task, "something before it failed");
    }
  }
}

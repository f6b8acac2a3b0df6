// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.apply.Applied;
import dev.reconcile.apply.Outcome;
import dev.reconcile.apply.RolledBack;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.fleet.FleetRecord.Grant;
import dev.reconcile.fleet.Word;
import dev.reconcile.model.Diagnostic;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a release came to on this host.
 *
 * @param isWell whether the host has it as it should be; a certificate that comes later is no
 *     failure
 * @param failures a line for each app that failed
 */
record FleetOutcome(boolean isWell, List<String> failures) {
  FleetOutcome {
    failures = List.copyOf(failures);
  }

  /** Returns the outcome of a run that has ended with a result. */
  static FleetOutcome of(RunResult result) {
    return of(result, Set.of());
  }

  /**
   * Returns the outcome of a run that has ended with a result.
   *
   * @param byHand the apps that a person has rolled back on this host, for which a release that
   *     does not change them is not to blame
   */
  static FleetOutcome of(RunResult result, Set<String> byHand) {
    List<String> failures = new ArrayList<>();
    result.applied().ifPresent(applied -> add(failures, applied));
    result
        .plan()
        .ifPresent(plan -> {
          plan.held().entrySet().stream()
              .filter(held -> !byHand.contains(held.getKey()))
              .forEach(held -> failures.add(line(held.getKey(), held.getValue())));
          plan.diagnostics().stream()
              .filter(Diagnostic::isError)
              .forEach(error -> failures.add(line("", error)));
        });
    boolean isDeferred = result.code() == ExitCode.ROLLED_BACK && failures.isEmpty();
    return new FleetOutcome(result.isGood() || isDeferred, failures);
  }

  /** Returns the outcome of a run whose commit was refused. */
  static FleetOutcome refused(List<Diagnostic> why) {
    return new FleetOutcome(
        false, why.stream().filter(Diagnostic::isError).map(error -> line("", error)).toList());
  }

  private static void add(List<String> failures, Applied applied) {
    for (RolledBack back : applied.rolledBack()) {
      failures.add(
          back.problem()
              .map(problem -> line(back.app(), problem))
              .orElse("%s: %s; taken back".formatted(back.app(), back.reason())));
    }
    for (Outcome outcome : applied.outcomes()) {
      boolean isBack =
          applied.rolledBack().stream().anyMatch(back -> back.app().equals(outcome.app()));
      if (outcome instanceof Outcome.Failed failed && !isBack) {
        failures.add(line(failed.app(), failed.diagnostic()));
      }
    }
    applied.unreached().forEach((app, failure) -> failures.add(line(app, failure.diagnostic())));
  }

  private static String line(String app, Diagnostic why) {
    String subject = app.isEmpty() ? "" : app + ": ";
    return subject
        + why.summary()
        + why.origin().map(place -> " in " + place.file() + ":" + place.line()).orElse("");
  }

  /**
   * Returns what the engine is told.
   *
   * @param silent the apps that do not answer after the run, a line for each
   */
  Word word(Grant grant, boolean hadChanges, List<String> silent) {
    return new Word(
        grant.release(),
        grant.revisions().commit(),
        outcome(grant, hadChanges, silent),
        failures(silent));
  }

  private List<String> failures(List<String> silent) {
    List<String> all = new ArrayList<>(isWell ? List.of() : silent);
    all.addAll(failures);
    return all;
  }

  private Word.Outcome outcome(Grant grant, boolean hadChanges, List<String> silent) {
    if (!isWell) {
      return silent.isEmpty() ? Word.Outcome.TAKEN_BACK : Word.Outcome.UNWELL;
    }
    if (grant.isRepair()) {
      return Word.Outcome.REPAIRED;
    }
    return hadChanges ? Word.Outcome.WELL : Word.Outcome.UNCHANGED;
  }
}

package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.host.HostException;
import dev.reconcile.notify.StatusPageFile;
import dev.reconcile.notify.SuspensionFile;
import dev.reconcile.report.Suspension;
import dev.reconcile.run.FetchedCommit;
import dev.reconcile.run.NoopCheck;
import dev.reconcile.run.Run;
import dev.reconcile.run.RunContext;
import dev.reconcile.run.RunResult;
import dev.reconcile.source.Repository;
import java.util.Optional;

/**
 * The work of {@code apply} and {@code plan}. Invariant: a run with nothing to do needs no more of
 * this program than {@link NoopCheck}.
 */
final class ApplyWork implements ReportedRun.Work {
  @Override
  public RunResult on(RunContext run) throws CommandFailed, HostException {
    Optional<Suspension> suspension = SuspensionFile.of(run.host());
    if (suspension.isPresent() && !run.dry()) {
      run.log().say(SuspensionFile.notice(suspension.get()));
      return RunResult.ended(ExitCode.OK).on(suspension);
    }
    try (Repository repository = FetchedCommit.cache(run)) {
      NoopCheck noop = new NoopCheck(run, repository);
      boolean isPageDue = StatusPageFile.isDue(run.arguments(), run.host(), run.started());
      Optional<RunResult> known = noop.answer(isPageDue ? "the age of the status page" : "");
      if (known.isEmpty() && NoopCheck.isOnlyAsked()) {
        return RunResult.ended(ExitCode.NOT_KNOWN);
      }
      if (suspension.isPresent()) {
        run.log().say(SuspensionFile.notice(suspension.get()));
      }
      RunResult result = known.isPresent() ? known.get() : Run.of(run, repository, noop);
      return result.on(suspension);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.Version;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Layout;
import dev.reconcile.model.TextFormat;
import dev.reconcile.notify.RunReporter;
import dev.reconcile.notify.StatusPageFile;
import dev.reconcile.notify.SuspensionFile;
import dev.reconcile.report.RunReport;
import dev.reconcile.report.Suspension;
import dev.reconcile.run.FetchedCommit;
import dev.reconcile.run.HostFactory;
import dev.reconcile.run.NoopCheck;
import dev.reconcile.run.RollbackRun;
import dev.reconcile.run.RootDirectory;
import dev.reconcile.run.Run;
import dev.reconcile.run.RunContext;
import dev.reconcile.run.RunId;
import dev.reconcile.run.RunLock;
import dev.reconcile.run.RunResult;
import dev.reconcile.source.Repository;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * The common part of {@code apply}, {@code plan}, {@code rollback}, {@code restart} and {@code
 * maintenance}: the host, the lock and the report.
 *
 * <p>Invariant: a failed run is reported like any other, because monitoring must see it.
 */
public final class ReportedRun {
  private static final String DEFAULT_LOCK_TIMEOUT = "0s";

  private final Invocation arguments;
  private final Console console;
  private final HostFactory hosts;
  private final String name;
  private final Work work;

  /** The work of a run, under the lock unless the run is dry. */
  interface Work {
    /** Performs the work. */
    RunResult of(RunContext run) throws CommandFailed, HostException;
  }

  /**
   * Performs {@code apply} or {@code plan}.
   *
   * @param hosts opens the host
   * @param dry whether the run changes nothing: a plan is a dry run of {@code apply}
   */
  public static ExitCode apply(
      Invocation arguments, Console console, HostFactory hosts, boolean dry)
      throws CommandFailed, HostException {
    return new ReportedRun(arguments, console, hosts, dry ? "plan" : "apply", ReportedRun::converge)
        .of(dry);
  }

  /**
   * Performs {@code rollback}, also on a suspended host.
   *
   * @param hosts opens the host
   * @param dry whether the run changes nothing
   */
  public static ExitCode rollback(
      Invocation arguments, Console console, HostFactory hosts, boolean dry)
      throws CommandFailed, HostException {
    return new ReportedRun(arguments, console, hosts, "rollback", RollbackRun::of).of(dry);
  }

  /**
   * Performs the run of another command that a person gives, also on a suspended host.
   *
   * @param hosts opens the host
   * @param name the name of the command
   * @param work the work of the run
   */
  static ExitCode byHand(
      Invocation arguments, Console console, HostFactory hosts, String name, Work work)
      throws CommandFailed, HostException {
    return new ReportedRun(arguments, console, hosts, name, work).of(false);
  }

  private ReportedRun(
      Invocation arguments, Console console, HostFactory hosts, String name, Work work) {
    this.arguments = arguments;
    this.console = console;
    this.hosts = hosts;
    this.name = name;
    this.work = work;
  }

  // A dry run takes no lock.
  private ExitCode of(boolean dry) throws CommandFailed, HostException {
    StatusPageFile.of(arguments);
    Path root = arguments.root();
    RootDirectory.prepare(root, dry);
    Instant started = Instant.now();
    Host host = hosts.open(root, RunId.at(started), Layout.UNIT_PATTERNS);
    if (!dry) {
      HostFactory.requireRoot(
          host,
          """
          Only root can change this host. Use sudo, or apply to a directory tree with --root \
          DIR.\
          """);
    }
    RunContext run = RunContext.of(arguments, hosts, host, console, dry, started);
    RunReporter reporter = new RunReporter(arguments, console, hosts, host, dry);
    if (dry) {
      return reported(run, reporter);
    }
    String timeout = arguments.value(CommonOptions.LOCK_TIMEOUT).orElse(DEFAULT_LOCK_TIMEOUT);
    try (RunLock _ = RunLock.take(host, TextFormat.duration(timeout), "reconcile apply")) {
      return reported(run, reporter);
    }
  }

  private ExitCode reported(RunContext run, RunReporter reporter)
      throws CommandFailed, HostException {
    RunResult result = result(run);
    return result.code() == ExitCode.NOT_KNOWN
        ? ExitCode.NOT_KNOWN
        : reporter.of(report(run, result), result.code());
  }

  private RunResult result(RunContext run) throws CommandFailed {
    try {
      return work.of(run);
    } catch (CommandFailed e) {
      if (e.isOfRequest()) {
        throw e;
      }
      if (NoopCheck.isOnlyAsked()) {
        return RunResult.ended(ExitCode.NOT_KNOWN);
      }
      e.diagnostics().forEach(run.log()::say);
      return RunResult.ended(e.code());
    } catch (HostException e) {
      return RunResult.ended(NoopCheck.isOnlyAsked() ? ExitCode.NOT_KNOWN : run.refused(e));
    }
  }

  // For a run with nothing to do, NoopCheck loads fewer classes than a run in full.
  private static RunResult converge(RunContext run) throws CommandFailed, HostException {
    Optional<Suspension> suspension = SuspensionFile.of(run.host());
    if (suspension.isPresent() && !run.dry()) {
      run.log().say(suspension.get().notice());
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
        run.log().say(suspension.get().notice());
      }
      RunResult result = known.isPresent() ? known.get() : Run.of(run, repository, noop);
      return result.on(suspension);
    }
  }

  private RunReport report(RunContext run, RunResult result) throws CommandFailed {
    return new RunReport(
        name,
        run.host().runName(),
        Version.text(),
        FetchedCommit.masked(arguments.value(CommonOptions.REPO).orElse("")),
        run.started(),
        Instant.now(),
        result.code().number(),
        run.log().diagnostics(),
        result.plan(),
        result.applied(),
        result.apps(),
        result.suspension(),
        result.fleet());
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.source.Repository;
import java.time.Instant;

/**
 * The circumstances of one run; they stay the same from its start to its end.
 *
 * @param arguments the command line and the configuration file
 * @param host the host, which knows the run's id
 * @param console prints progress and the plan
 * @param log collects diagnostics
 * @param dry whether nothing is changed
 * @param started when the run started
 */
public record RunContext(
    Invocation arguments, Host host, Console console, RunLog log, boolean dry, Instant started) {

  /** The circumstances of a run that starts now, without diagnostics. */
  public static RunContext of(
      Invocation arguments, Host host, Console console, boolean dry, Instant started) {
    return new RunContext(arguments, host, console, new RunLog(console), dry, started);
  }

  /** Whether fetched commits stay in the cache: a dry run writes nothing. */
  Repository.Mode mode() {
    return dry ? Repository.Mode.TEMPORARY : Repository.Mode.KEEP;
  }

  /** Adds what the host refused to the diagnostics; returns the exit code that follows from it. */
  public ExitCode refused(HostException failure) {
    log.say(failure.diagnostic());
    if (console.isVerbose()) {
      console.trace(failure);
    }
    return ExitCode.FAILED;
  }
}
